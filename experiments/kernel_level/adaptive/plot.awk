# Draws results.csv (sampling,seed,samples,mean_error,within_10) as SVG: each seed a thin line, the mean of the
# seeds a thick one.   awk -F, -f plot.awk results.csv > adaptive.svg
NR == 1 { next }
{
  if (!($3 in seen)) { seen[$3] = 1; at[++points] = $3 }
  if (!(($1, $2) in line)) { line[$1, $2] = 1; names[++lines] = $1 SUBSEP $2 }
  error[$1, $2, $3] = $4; sum[$1, $3] += $4; count[$1, $3]++
  if ($4 > top) top = $4
}
function x(samples) { return 60 + 460 * (samples - at[1]) / (at[points] - at[1]) }
function y(percent) { return 300 - 260 * percent / high }
function path(colour, width, values,    i, d) {
  for (i = 1; i <= points; i++) d = d (i == 1 ? "M" : "L") sprintf("%.1f %.1f", x(at[i]), y(values[i]))
  printf "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"/>\n", d, colour, width
}
END {
  high = 5 * int(top / 5 + 1)
  colour["random"] = "#888888"; colour["adaptive"] = "#c2410c"
  print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 350\" font-family=\"sans-serif\" font-size=\"12\">"
  print "<rect width=\"640\" height=\"350\" fill=\"white\"/>"
  for (p = 0; p <= high; p += 5) {
    printf "<path d=\"M60 %.1fH520\" stroke=\"#dddddd\"/><text x=\"52\" y=\"%.1f\" text-anchor=\"end\">%d</text>\n", y(p), y(p) + 4, p
  }
  for (i = 1; i <= points; i++) printf "<text x=\"%.1f\" y=\"318\" text-anchor=\"middle\">%d</text>\n", x(at[i]), at[i]
  print "<text x=\"290\" y=\"340\" text-anchor=\"middle\">measured configurations of conv-bn-relu</text>"
  print "<text x=\"20\" y=\"22\">mean error on unseen configurations, %</text>"
  for (i = 1; i <= lines; i++) {
    split(names[i], of, SUBSEP)
    for (j = 1; j <= points; j++) values[j] = error[of[1], of[2], at[j]]
    path(colour[of[1]], 0.8, values)
  }
  for (sampling in colour) {
    for (j = 1; j <= points; j++) values[j] = sum[sampling, at[j]] / count[sampling, at[j]]
    path(colour[sampling], 3, values)
    printf "<text x=\"528\" y=\"%.1f\" fill=\"%s\">%s %.1f</text>\n", y(values[points]) + (sampling == "random" ? -3 : 9), colour[sampling], sampling, values[points]
  }
  print "</svg>"
}

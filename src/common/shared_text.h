// A text that many records have in common: 328,000 labels name 15,625 graphs.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <utility>

namespace tacho {

/// Reads as a std::string that never changes; a copy is a pointer to the same text.
class SharedText {
 public:
  SharedText() = default;
  explicit SharedText(std::string text)
      : text_(text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text))) {}
  // Implicit, since no std::string is at hand that the conversion below would compete with.
  SharedText(const char* text) : SharedText(std::string(text)) {}
  SharedText& operator=(std::string text) { return *this = SharedText(std::move(text)); }

  const std::string& str() const {
    static const std::string kEmpty;
    return text_ ? *text_ : kEmpty;
  }
  operator const std::string&() const { return str(); }
  bool empty() const { return str().empty(); }

  friend bool operator==(const SharedText& a, const SharedText& b) {
    return a.text_ == b.text_ || a.str() == b.str();
  }
  friend bool operator==(const SharedText& a, const std::string& b) { return a.str() == b; }
  friend bool operator==(const std::string& a, const SharedText& b) { return a == b.str(); }
  friend bool operator==(const SharedText& a, const char* b) { return a.str() == b; }
  template <typename Text>
  friend bool operator!=(const SharedText& a, const Text& b) {
    return !(a == b);
  }
  friend std::ostream& operator<<(std::ostream& out, const SharedText& text) {
    return out << text.str();
  }

 private:
  std::shared_ptr<const std::string> text_;
};

}  // namespace tacho

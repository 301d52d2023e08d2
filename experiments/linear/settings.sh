# The configuration of this experiment, read by train.sh and test.sh.
split_seed=1        # as experiments/multi_platform: the same models are held out
test_share=0.1
write_weight=0.25   # chosen by cross-validation on the models that are not held out: see RESULTS.md

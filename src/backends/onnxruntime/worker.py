# Runs a network in ONNX Runtime for the backend that started this (session.h says how they talk).
# Timed is the runtime's run alone: inputs and outputs are bound beforehand, nothing is converted.
import gc
import json
import socket
import time

try:
    import numpy
    import onnxruntime
except ImportError as problem:
    missing = str(problem)
else:
    missing = ""

channel = socket.socket(fileno=0).makefile("rwb")
bindings = {}  # of the networks, by the number that the other side gave them


def load(request):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = request["threads"]
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    network = channel.read(request["bytes"])
    inputs = {}
    for given in request["inputs"]:
        raw = channel.read(given["bytes"])
        inputs[given["name"]] = numpy.frombuffer(raw, given["type"]).reshape(given["shape"]).copy()
    session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    binding = session.io_binding()
    for one in session.get_inputs():  # one that nothing reads is none
        binding.bind_cpu_input(one.name, inputs[one.name])
    for one in session.get_outputs():
        binding.bind_output(one.name, "cpu")
    bindings[request["model"]] = (session, binding)
    return {}


def unload(request):
    bindings.pop(request["model"], None)
    gc.collect()
    return {}


def run(request):
    session, binding = bindings[request["model"]]
    nanoseconds = []
    for _ in range(request["runs"]):
        start = time.perf_counter_ns()
        session.run_with_iobinding(binding)
        nanoseconds.append(time.perf_counter_ns() - start)
    return {"ns": nanoseconds}


def outputs(request):
    tensors = []
    _, binding = bindings[request["model"]]
    for values in binding.copy_outputs_to_cpu():
        values = numpy.asarray(values)
        floats = values.astype("<f4").ravel()
        elements = floats.tolist()
        for place in numpy.flatnonzero(~numpy.isfinite(floats)).tolist():
            elements[place] = None  # JSON has no such number
        tensors.append({"shape": list(values.shape), "values": elements})
    return {"outputs": tensors}


def hello(request):
    if missing:
        raise RuntimeError(missing)
    return {"version": onnxruntime.__version__}


verbs = {"hello": hello, "load": load, "run": run, "outputs": outputs, "unload": unload}
gc.disable()  # no pause in a run
for line in channel:
    request = json.loads(line)
    try:
        answer = verbs[request["do"]](request)
    except Exception as problem:
        answer = {"error": str(problem)}
    channel.write(json.dumps(answer).encode() + b"\n")
    channel.flush()

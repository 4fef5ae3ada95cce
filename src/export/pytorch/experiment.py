#!/usr/bin/env python3
"""One BinaryConnect experiment in PyTorch, by itself: PyTorch 1.13 or later, and nothing else.

Network, binarisation, recipe, order of the examples and every random number are those of the playground
that wrote this file, whose generator is counted, not drawn from a state: from the same weights it takes
the same steps, but for rounding. On several devices or machines PyTorch's own engine shares out each
minibatch:

    python3 THIS.py --data-dir DIR                        official files: MNIST's kind, or CIFAR-10's binary ones
    python3 THIS.py --data examples.safetensors           what "npm run export -- examples" writes
    python3 THIS.py --data ... --start run.safetensors    go on from a checkpoint, or from exported weights
    torchrun --nproc_per_node 2 THIS.py --data ...        two processes, one share of each minibatch each

(torchrun of PyTorch 1.13 on Python 3.11 needs --redirects 1 --tee 1 too.)

(Courbariaux, Bengio and David, "BinaryConnect", 2015, algorithm 1: binarise, propagate forward and back
with the binary weights, step the stored ones, clip them.)
"""
import argparse
import array
import gzip
import json
import math
import os
import pathlib
import sys

import torch
import torch.distributed as distributed
import torch.distributed.nn.functional as differentiable
import torch.nn.functional as functional
from torch.nn.parallel import DistributedDataParallel

EXPERIMENT = json.loads(r"""@EXPERIMENT@""")
SPEC = EXPERIMENT["spec"]
DATA = EXPERIMENT["data"]
MODES = ("none", "deterministic", "stochastic")
SEED = SPEC["seed"]
STEPS_PER_EPOCH = EXPERIMENT["stepsPerEpoch"]
NORM_EPSILON = 1e-4


def stop(sentence):
    """Bad input: one sentence, exit code 2."""
    print(sentence, file=sys.stderr)
    sys.exit(2)


# --- Random numbers: Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011), keyed by seed and stream -------------

INIT, BINARISE, DROPOUT, PERMUTATION, AUGMENTATION = 1, 2, 3, 4, 5
WORD = 0xFFFFFFFF


def product(a, b):
    """High and low 32 bits of a number times a tensor of 32-bit words, in int64 without overflow."""
    low = (a & 0xFFFF) * (b & 0xFFFF)
    middle = (a >> 16) * (b & 0xFFFF) + (low >> 16)
    carried = (a & 0xFFFF) * (b >> 16) + (middle & 0xFFFF)
    high = (a >> 16) * (b >> 16) + (middle >> 16) + (carried >> 16)
    return high & WORD, ((carried & 0xFFFF) << 16) | (low & 0xFFFF)


def philox(c0, c1, stream):
    """The four words of counters [c0, c1, 0, 0]; c0 is a tensor, c1 a number."""
    c1, c2, c3 = torch.full_like(c0, c1), torch.zeros_like(c0), torch.zeros_like(c0)
    k0, k1 = SEED, stream
    for _ in range(10):
        high0, low0 = product(0xD2511F53, c0)
        high1, low1 = product(0xCD9E8D57, c2)
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = (k0 + 0x9E3779B9) & WORD, (k1 + 0xBB67AE85) & WORD
    return c0, c1, c2, c3


def random_words(first, count, purpose, layer, step, device="cpu"):
    """Words first .. first + count - 1 of a stream at a step: word e is word e % 4 of counter [e / 4, step, 0, 0]."""
    start = first // 4
    counters = torch.arange(start, (first + count + 3) // 4, device=device)
    words = torch.stack(philox(counters, step, purpose * 65536 + layer), 1).flatten()
    return words[first - 4 * start :][:count]


def murmur(x):
    """The finaliser of MurmurHash3 (32 bits)."""
    x = x ^ (x >> 16)
    x = product(0x85EBCA6B, x)[1]
    x = x ^ (x >> 13)
    x = product(0xC2B2AE35, x)[1]
    return x ^ (x >> 16)


def permuted(positions, N, era):
    """The examples at positions of the order of an era: a Feistel network, walked until it comes back inside."""
    k = 1
    while 4**k < N:
        k += 1
    mask = 2**k - 1
    keys = random_words(0, 8, PERMUTATION, 0, era).tolist()
    index = positions.clone()
    outside = torch.ones_like(index, dtype=torch.bool)
    while bool(outside.any()):
        left, right = index[outside] >> k, index[outside] & mask
        for key in keys:
            left, right = right, left ^ (murmur(right ^ key) & mask)
        index[outside] = (left << k) | right
        outside = index >= N
    return index


def minibatch(step, N):
    """Which examples a training step sees."""
    epoch, within = divmod(step, STEPS_PER_EPOCH)
    positions = torch.arange(within * SPEC["batch"], (within + 1) * SPEC["batch"])
    return permuted(positions, N, epoch // SPEC["shuffleEvery"])


# --- Files -----------------------------------------------------------------------------------------------------


def read_safetensors(file):
    """Metadata and tensors of a safetensors file; words of bits are left out."""
    try:
        raw = bytearray(pathlib.Path(file).read_bytes())
        length = int.from_bytes(raw[:8], "little")
        header = json.loads(raw[8 : 8 + length])
        metadata = header.pop("__metadata__", {})
        tensors = {}
        for name, entry in header.items():
            dtype = {"F32": torch.float32, "U8": torch.uint8}.get(entry["dtype"])
            if dtype is None:
                continue
            begin, end = (8 + length + offset for offset in entry["data_offsets"])
            count = math.prod(entry["shape"])
            size = 4 if dtype == torch.float32 else 1
            if not 0 <= begin <= end <= len(raw) or end - begin != size * count:
                raise ValueError
            # A copy of its own lies aligned, wherever the file has it.
            own = bytearray(raw[begin:end])
            flat = torch.frombuffer(own, dtype=dtype) if count > 0 else torch.empty(0, dtype=dtype)
            tensors[name] = flat.reshape(entry["shape"])
        return metadata, tensors
    except OSError as error:
        return stop(f"{file} cannot be read ({error.strerror}).")
    except (ValueError, KeyError, TypeError, AttributeError):
        return stop(f"{file} is no safetensors file, or is cut off.")


def write_safetensors(file, metadata, tensors):
    header, end = {"__metadata__": metadata}, 0
    for name, tensor in tensors.items():
        begin, end = end, end + 4 * tensor.numel()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(file, "wb") as out:
        out.write(len(text).to_bytes(8, "little") + text)
        for tensor in tensors.values():
            out.write(array.array("f", tensor.detach().cpu().float().flatten().tolist()).tobytes())


def read_official(folder):
    """Bytes [N, height, width, channels] and labels of the official files, training examples and test."""
    shape = [DATA["height"], DATA["width"], DATA["channels"]]

    def load(name):
        for path in (pathlib.Path(folder) / name, pathlib.Path(folder) / f"{name}.gz"):
            if path.exists():
                raw = path.read_bytes()
                return bytearray(gzip.decompress(raw) if path.suffix == ".gz" else raw)
        return stop(f"{folder} has no {name}, nor {name}.gz.")

    if DATA["id"] in ("mnist", "fashion-mnist"):

        def part(name):
            images = torch.frombuffer(load(f"{name}-images-idx3-ubyte"), dtype=torch.uint8)[16:]
            labels = torch.frombuffer(load(f"{name}-labels-idx1-ubyte"), dtype=torch.uint8)[8:]
            return images.reshape([-1, *shape]), labels

        return part("train"), part("t10k")
    if DATA["id"] == "cifar-10":

        def records(names):
            rows = [torch.frombuffer(load(name), dtype=torch.uint8).reshape(-1, 3073) for name in names]
            rows = torch.cat(rows)
            return rows[:, 1:].reshape(-1, 3, 32, 32).permute(0, 2, 3, 1), rows[:, 0]

        return records([f"data_batch_{k}.bin" for k in range(1, 6)]), records(["test_batch.bin"])
    return stop(f"Data {DATA['id']} has no official files that this script reads; allowed is --data FILE.")


def read_data(arguments):
    """Train and test examples, and what turns them into a network's input: value * scale - offset."""
    shape = [DATA["height"], DATA["width"], DATA["channels"]]
    if arguments.data is not None:
        metadata, tensors = read_safetensors(arguments.data)
        if metadata.get("format") != "binaryconnect-examples":
            stop(f"{arguments.data} holds no examples; allowed is what npm run export -- examples writes.")
        train, test = ((tensors[f"{part}.images"], tensors[f"{part}.labels"]) for part in ("train", "test"))
        scale, offset = float(metadata["scale"]), tensors["offset"]
    elif arguments.data_dir is not None:
        if SPEC["preprocessing"] not in ("mean", "symmetric"):
            stop(f"Preprocessing {SPEC['preprocessing']} is not made here; allowed with it is --data FILE.")
        (images, labels), test = read_official(arguments.data_dir)
        count = len(images) - DATA["validation"]
        train = images[:count], labels[:count]
        if SPEC["preprocessing"] == "mean":
            scale = 1 / 255
            offset = (train[0].sum(0, dtype=torch.int64).double() / (255 * count)).float()
        else:
            scale, offset = 2 / 255, torch.ones(shape)
    else:
        stop("There is no data; allowed is --data FILE or --data-dir DIR.")
    for name, (images, labels) in (("train", train), ("test", test)):
        if len(images) != DATA[name] or len(labels) != DATA[name]:
            stop(f"The data has {len(images)} {name} examples; the experiment has {DATA[name]}.")

    def prepared(images):
        rows = images.reshape(-1, *shape).double() * scale - offset.reshape(shape).double()
        # In float32, as every network of the playground sees it.
        return rows.float()

    return train, test, prepared


def augmented(x, examples, epoch):
    """Each example [height, width, channels] cropped out of itself with a border of zeros, mirrored half the time."""
    pad, flip = SPEC["augmentation"]["pad"], SPEC["augmentation"]["flip"]
    if pad == 0 and not flip:
        return x
    w0, w1, w2, _ = philox(examples, epoch, AUGMENTATION * 65536)
    dy, dx = (((word >> 16) * (2 * pad + 1)) >> 16 for word in (w0, w1))
    _, height, width, _ = x.shape
    bordered = functional.pad(x, (0, 0, pad, pad, pad, pad))
    rows = dy[:, None] + torch.arange(height)
    columns = torch.arange(width).expand(len(x), width)
    if flip:
        columns = torch.where((w2 >> 31 == 1)[:, None], width - 1 - columns, columns)
    columns = columns + dx[:, None]
    return bordered[torch.arange(len(x))[:, None, None], rows[:, :, None], columns[:, None, :]]


# --- Network ---------------------------------------------------------------------------------------------------

WORLD = int(os.environ.get("WORLD_SIZE", "1"))
RANK = int(os.environ.get("RANK", "0"))


def over_all(tensor):
    """The sum over all processes, through which gradients flow."""
    return differentiable.all_reduce(tensor) if WORLD > 1 else tensor


class StraightThrough(torch.autograd.Function):
    """Propagates wb, and hands its gradient to w unchanged."""

    @staticmethod
    def forward(ctx, w, wb):
        return wb

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None


def magnitude(layer, w):
    """What binary weights are plus and minus of."""
    return w.abs().mean() if SPEC["magnitude"] == "mean" else torch.tensor(layer["H"], dtype=w.dtype, device=w.device)


def binarised(layer, l, w, step, mode):
    """wb [I, O]: by sign (zero is plus), or +H with probability hard_sigmoid(w / H), once a minibatch."""
    value = magnitude(layer, w)
    if mode == "deterministic":
        plus = w >= 0
    else:
        I, O = w.shape
        row = 32 * math.ceil(O / 32)
        words = random_words(0, I * row, BINARISE, l, step, w.device).reshape(I, row)[:, :O]
        # u < w / H with u uniform in [-1, 1), in float32 as the device compares.
        plus = (words >> 8).float() * 2**-23 - 1 < w.float() * torch.tensor(1 / layer["H"], dtype=torch.float32)
    return torch.where(plus, value, -value)


def dropout(x, rate, site, step, first):
    """Inverted dropout of rows first, first + 1, ... of the minibatch; x by row, column, channel."""
    if rate == 0:
        return x
    keep = torch.tensor(1 - rate, dtype=torch.float32)
    words = random_words(first * x[0].numel(), x.numel(), DROPOUT, site, step, x.device).reshape(x.shape)
    return torch.where((words >> 8).float() * 2**-24 < keep, x / keep.to(x.dtype), torch.zeros_like(x))


class Layer(torch.nn.Module):
    """product, pooling, batch norm (or a bias), ReLU or maxout; pooling may come last instead."""

    def __init__(self, l, layer, dtype):
        super().__init__()
        self.l, self.layer = l, layer
        I, O = layer["I"], layer["O"]
        words = random_words(0, I * O, INIT, l, 0).reshape(I, O)
        start = torch.tensor(layer["range"], dtype=torch.float32) * ((words >> 8).float() * 2**-23 - 1)
        self.w = torch.nn.Parameter(start.to(dtype))
        self.beta = torch.nn.Parameter(torch.zeros(O, dtype=dtype))
        self.gamma = None
        if SPEC["network"]["batchNorm"] != "none":
            self.gamma = torch.nn.Parameter(torch.ones(O, dtype=dtype))

    def product(self, x, wb):
        layer = self.layer
        if layer["kind"] == "dense":
            # By row, column, channel.
            return (x.permute(0, 2, 3, 1) if x.dim() == 4 else x).flatten(1) @ wb
        kernel, channels = layer["kernel"], layer["channels"]
        filters = wb.reshape(kernel, kernel, channels, layer["O"]).permute(3, 2, 0, 1)
        return functional.conv2d(x, filters, stride=layer["stride"], padding=layer["padding"])

    def pool(self, x):
        for pool in self.layer["pools"]:
            size, how = (pool["height"], pool["width"]), {"stride": pool["stride"], "ceil_mode": pool["ceil"]}
            if pool["kind"] == "max":
                x = functional.max_pool2d(x, size, **how)
            else:
                x = functional.avg_pool2d(x, size, count_include_pad=False, **how)
        return x

    def normalise(self, z, statistics):
        """Batch norm over the whole minibatch, however many processes share it, or by given statistics."""
        sizes = [1, -1] + [1] * (z.dim() - 2)
        if self.gamma is None:
            return z + self.beta.reshape(sizes), None
        if statistics is None:
            dims = [d for d in range(z.dim()) if d != 1]
            count = WORLD * z.numel() // z.shape[1] if self.training else z.numel() // z.shape[1]
            total = over_all if self.training else (lambda sums: sums)
            mean = total(z.sum(dims)) / count
            variance = total(((z - mean.reshape(sizes)) ** 2).sum(dims)) / count
        else:
            mean, variance = statistics
        if SPEC["network"]["batchNorm"] == "variance":
            divisor = torch.sqrt(variance + NORM_EPSILON)
        else:
            # A unit that is constant over the minibatch has no derivative there; it counts as 0.
            some = variance > 0
            divisor = torch.where(some, torch.sqrt(torch.where(some, variance, 1.0)), 0.0) + NORM_EPSILON
        normal = (z - mean.reshape(sizes)) / divisor.reshape(sizes)
        return self.gamma.reshape(sizes) * normal + self.beta.reshape(sizes), (mean, variance)

    def forward(self, x, step, weights, statistics=None):
        """weights: none, deterministic or stochastic, whatever the run is trained with."""
        w = self.w
        wb = w
        if weights != "none":
            with torch.no_grad():
                signs = binarised(self.layer, self.l, w, step, weights)
            wb = StraightThrough.apply(w, signs)
        z = self.product(x, wb)
        before = SPEC["network"]["pooling"] == "before-norm"
        y, used = self.normalise(self.pool(z) if before else z, statistics)
        if self.layer["relu"]:
            y = torch.relu(y)
        pieces = self.layer["pieces"]
        if pieces > 1:
            # Outputs u, u + units, u + 2 units, ... are the pieces of unit u.
            y = y.reshape(y.shape[0], pieces, y.shape[1] // pieces, *y.shape[2:]).max(1).values
        return (y if before else self.pool(y)), used


class Network(torch.nn.Module):
    def __init__(self, dtype):
        super().__init__()
        self.layers = torch.nn.ModuleList(
            Layer(l, layer, dtype) for l, layer in enumerate(EXPERIMENT["layers"])
        )

    def forward(self, x, step, first, mode):
        """Scores of rows first, first + 1, ... of the minibatch, x [B, height, width, channels]."""
        x = dropout(x, SPEC["network"]["dropout"]["input"], 0, step, first)
        x = x.permute(0, 3, 1, 2)
        for l, layer in enumerate(self.layers):
            x, _ = layer(x, step, mode)
            rate = layer.layer["dropout"]
            if rate > 0:
                rows = x.permute(0, 2, 3, 1) if x.dim() == 4 else x
                rows = dropout(rows.contiguous(), rate, l + 1, step, first)
                x = rows.permute(0, 3, 1, 2) if x.dim() == 4 else rows
        return x.flatten(1)

    def predict(self, x, weights, statistics):
        """Scores without dropout, by given statistics or the batch's own; and those."""
        x, used = x.permute(0, 3, 1, 2), []
        for l, layer in enumerate(self.layers):
            x, own = layer(x, 0, weights, None if statistics is None else statistics[l])
            used.append(own)
        return x.flatten(1), used


def loss_of(scores, labels):
    """Squared hinge, one class against the rest, or cross-entropy; the mean over these rows."""
    if SPEC["loss"] == "cross-entropy":
        return functional.cross_entropy(scores, labels)
    targets = 2 * functional.one_hot(labels, scores.shape[1]).to(scores.dtype) - 1
    hinge = torch.clamp(1 - targets * scores, min=0) ** 2
    return hinge.mean() if SPEC["loss"] == "hinge-mean" else hinge.sum(1).mean()


# --- Recipe ----------------------------------------------------------------------------------------------------


def rate_at(step):
    """Learning rate of a step, with the changes that were made on the way."""
    start, end, decay = SPEC["rate"]["start"], SPEC["rate"]["end"], SPEC["rate"].get("decay")
    base, since = start, 0
    for change in EXPERIMENT["changes"]:
        if change["field"] == "rate" and change["step"] <= step:
            base, since = change["value"], change["step"]
    last = end / start

    def share(s):
        epoch = s // STEPS_PER_EPOCH
        if decay is None:
            return last ** (min(epoch, SPEC["epochs"]) / SPEC["epochs"])
        if decay["kind"] == "linear":
            return 1 + (last - 1) * min(1, epoch / decay["epochs"])
        if decay["kind"] == "division":
            return max(last, decay["by"] ** -s)
        return last ** (sum(first <= epoch for first in decay["at"]) / len(decay["at"]))

    return base * (share(step) / share(since))


def momentum_at(step):
    optimizer = SPEC["optimizer"]
    momentum = optimizer.get("momentum", 0)
    ramp = optimizer.get("ramp")
    if ramp is not None:
        momentum += (ramp["end"] - momentum) * min(1, step // STEPS_PER_EPOCH / ramp["epochs"])
    for change in EXPERIMENT["changes"]:
        if change["field"] == "momentum" and change["step"] <= step:
            momentum = change["value"]
    return momentum


class Parameter:
    """A parameter array with its moments."""

    def __init__(self, p):
        self.p, self.m, self.v, self.updates = p, torch.zeros_like(p), torch.zeros_like(p), 0

    def forget(self):
        self.m.zero_()
        self.v.zero_()
        self.updates = 0

    def step(self, g, rate, momentum, scale, limit=None):
        """The layer's share of the rate, `scale`, multiplies the finished step; the clip comes last."""
        optimizer = SPEC["optimizer"]
        kind = optimizer["kind"]
        self.updates += 1
        if kind == "adam":
            # Kingma and Ba 2015, section 2, the efficient form: epsilon stands outside the bias correction.
            beta1, beta2, T = optimizer["beta1"], optimizer["beta2"], self.updates
            self.m.mul_(beta1).add_(g, alpha=1 - beta1)
            self.v.mul_(beta2).add_(g * g, alpha=1 - beta2)
            corrected = rate * math.sqrt(1 - beta2**T) / (1 - beta1**T)
            by = -corrected * self.m / (self.v.sqrt() + optimizer["epsilon"])
        elif kind == "sgd":
            by = -rate * g
        else:
            self.m.mul_(momentum).add_(g, alpha=-rate)
            by = momentum * self.m - rate * g if kind == "nesterov" else self.m
        self.p.add_(by, alpha=scale)
        if limit is not None:
            self.p.clamp_(-limit, limit)


class Recipe:
    """Parameters with their moments, and the mode they are trained in."""

    def __init__(self, network):
        self.mode = SPEC["mode"]
        self.coming = [change for change in EXPERIMENT["changes"] if change["field"] == "mode"]
        self.layers = []
        for module in network.layers:
            own = {"w": Parameter(module.w.data)}
            for name in ("gamma", "beta"):
                if getattr(module, name) is not None:
                    own[name] = Parameter(getattr(module, name).data)
            self.layers.append((module, own))

    def switch(self, mode):
        """
        To another mode. Real and binary weights may live on different scales: they are brought from one to
        the other, and their moments, which belong to the old one, start anew.
        """
        crosses = (self.mode == "none") != (mode == "none")
        self.mode = mode
        for module, own in self.layers if crosses else []:
            layer, w = module.layer, own["w"]
            w.p.mul_(layer["real"] if mode == "none" else 1 / layer["real"])
            if mode != "none":
                w.p.clamp_(-layer["H"], layer["H"])
            if SPEC["h"] == "one":
                w.forget()

    def change(self, step):
        """Changes of mode that come before a step; those of rate and momentum are found where they are read."""
        while self.coming and self.coming[0]["step"] <= step:
            self.switch(self.coming.pop(0)["value"])

    def step(self, step):
        rate, momentum, decay = rate_at(step), momentum_at(step), SPEC.get("weightDecay", 0)
        real = self.mode == "none"
        for module, own in self.layers:
            layer, w = module.layer, own["w"].p
            gradient = module.w.grad + decay * w if decay > 0 else module.w.grad
            scale = layer["scale"]["real" if real else "binary"]
            own["w"].step(gradient, rate, momentum, scale, None if real else layer["H"])
            longest = layer["longest"]
            if longest is not None:
                longest = longest if real else longest / layer["real"]
                length = w.pow(2).sum(0).sqrt()
                w.copy_(torch.where(length > longest, w * longest / length, w))
            for name in ("gamma", "beta"):
                if name in own:
                    own[name].step(getattr(module, name).grad, rate, momentum, layer["biasScale"])


def start_from(file, recipe):
    """Weights, and of a checkpoint the optimiser's moments too; the step to go on with."""
    metadata, tensors = read_safetensors(file)
    kind = metadata.get("format")
    if kind not in ("binaryconnect-checkpoint", "binaryconnect-weights"):
        stop(f"{file} is no checkpoint and no weights of the playground.")

    def take(name, shape):
        if name not in tensors or list(tensors[name].shape[-len(shape) :]) != list(shape):
            stop(f"{file}: the tensor {name} is missing, or not of shape {list(shape)}.")
        return tensors[name]

    checkpoint = kind == "binaryconnect-checkpoint"
    state = {"step": 0, "momentsSince": 0, "mode": metadata.get("mode", SPEC["mode"])}
    if checkpoint:
        state, taken = json.loads(metadata["state"]), json.loads(metadata["run"])["changes"]
        coming = EXPERIMENT["changes"][len(taken) :]
        if EXPERIMENT["changes"][: len(taken)] != taken or any(c["step"] < state["step"] for c in coming):
            stop(f"{file} is of a run with other changes on its way; allowed are checkpoints of this script's run.")
        recipe.coming = [change for change in coming if change["field"] == "mode"]
    if state["mode"] not in MODES:
        stop(f"{file} is of a mode that is unknown here; allowed are {', '.join(MODES)}.")
    recipe.mode = state["mode"]
    for module, own in recipe.layers:
        name, shape = module.layer["name"], own["w"].p.shape
        own["w"].p.copy_(take(f"{name}.w", shape))
        if not checkpoint:
            for part, target in own.items():
                if part != "w":
                    called = part if "gamma" in own else "bias"
                    target.p.copy_(take(f"{name}.{called}", target.p.shape))
            continue
        affine = take(f"{name}.affine", own["beta"].p.shape)
        for k, part in enumerate(("gamma", "beta")):
            if part in own:
                own[part].p.copy_(affine[k])
                own[part].m.copy_(affine[2 + 2 * k])
                own[part].v.copy_(affine[3 + 2 * k])
                own[part].updates = state["step"]
        own["w"].updates = state["step"] - state["momentsSince"]
        if f"{name}.moments" in tensors:
            moments = take(f"{name}.moments", shape)
            own["w"].m.copy_(moments[0])
            if len(moments) > 1:
                own["w"].v.copy_(moments[1])
    if not checkpoint:
        # They begin a run: in the mode in which it begins, and on its scale.
        recipe.switch(SPEC["mode"])
    return state["step"]


# --- Training --------------------------------------------------------------------------------------------------


@torch.no_grad()
def evaluate(network, weights, train, test, prepared, dtype, device):
    """Test error in percent, batch norm's statistics measured anew for these weights; and those."""
    network.eval()
    size = EXPERIMENT["evaluationBatch"]
    whole = min(len(train[0]), 10_000) // size
    collected = None
    for k in range(whole if SPEC["network"]["batchNorm"] != "none" else 0):
        x = prepared(train[0][k * size : (k + 1) * size]).to(device, dtype)
        _, own = network.predict(x, weights, None)
        parts = [(mean / whole, variance / whole) for mean, variance in own]
        if collected is None:
            collected = parts
        else:
            collected = [(a + c, b + d) for (a, b), (c, d) in zip(collected, parts)]
    wrong = 0
    for start in range(0, len(test[0]), size):
        x = prepared(test[0][start : start + size]).to(device, dtype)
        scores, _ = network.predict(x, weights, collected)
        wrong += int((scores.argmax(1).cpu() != test[1][start : start + size].long()).sum())
    network.train()
    return 100 * wrong / len(test[0]), collected


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", metavar="FILE", help="examples, prepared, as safetensors")
    parser.add_argument("--data-dir", metavar="DIR", help="a folder with the data set's official files")
    parser.add_argument("--start", metavar="FILE", help="a checkpoint or weights to start from; else the seed's")
    parser.add_argument("--batches", metavar="FILE", help="a JSON list of indices a line, a line a step; else the seed's order")
    parser.add_argument("--steps", type=int, metavar="N", help="stop after so many steps; else at the last epoch's end")
    parser.add_argument("--save", metavar="FILE", help="write the trained weights as safetensors")
    parser.add_argument("--double", action="store_true", help="reckon in float64")
    parser.add_argument("--json", action="store_true", help="a line of JSON for each step")
    arguments = parser.parse_args()

    batch, dtype = SPEC["batch"], torch.float64 if arguments.double else torch.float32
    if batch % WORLD != 0:
        stop(f"The batch is {batch}; allowed are numbers of processes that divide it, not {WORLD}.")
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
    train, test, prepared = read_data(arguments)
    network = Network(dtype).to(device)
    recipe = Recipe(network)
    step = 0 if arguments.start is None else start_from(arguments.start, recipe)
    batches = None
    if arguments.batches is not None:
        batches = [json.loads(line) for line in pathlib.Path(arguments.batches).read_text().splitlines()]
    model = network
    if WORLD > 1:
        distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
        model = DistributedDataParallel(network)

    def say(record):
        if RANK == 0:
            print(json.dumps(record), flush=True)

    end = SPEC["epochs"] * STEPS_PER_EPOCH
    last = end if arguments.steps is None else min(end, step + arguments.steps)
    share = batch // WORLD
    first = RANK * share
    losses = []

    def own():
        """The weights that a run of this mode is tested with."""
        return "deterministic" if recipe.mode == "deterministic" else "none"

    for taken in range(last - step):
        if batches is not None and taken >= len(batches):
            stop(f"{arguments.batches} has {len(batches)} lines; a line a step is needed.")
        with torch.no_grad():
            recipe.change(step)
        chosen = minibatch(step, len(train[0])) if batches is None else torch.tensor(batches[taken])
        chosen = chosen[first : first + share]
        x = augmented(prepared(train[0][chosen]), chosen, step // STEPS_PER_EPOCH).to(device, dtype)
        labels = train[1][chosen].long().to(device)
        network.zero_grad(set_to_none=True)
        loss = loss_of(model(x, step, first, recipe.mode), labels)
        loss.backward()
        with torch.no_grad():
            recipe.step(step)
            mean = loss.detach().clone()
            if WORLD > 1:
                distributed.all_reduce(mean)
                mean /= WORLD
        step += 1
        losses.append(mean)
        if arguments.json:
            say({"type": "step", "step": step, "loss": float(mean)})
        epoch, within = divmod(step, STEPS_PER_EPOCH)
        if within == 0 and (epoch % SPEC["evaluateEvery"] == 0 or step == end) and RANK == 0:
            error, _ = evaluate(network, own(), train, test, prepared, dtype, device)
            trained = float(torch.stack(losses).mean())
            say({"type": "epoch", "epoch": epoch, "trainLoss": trained, "testError": error})
            losses = []
    if RANK == 0:
        error, statistics = evaluate(network, own(), train, test, prepared, dtype, device)
        say({"type": "result", "step": step, "testError": error, "weights": "binary" if own() != "none" else "real"})
        if arguments.save is not None:
            tensors = {}
            for l, (module, parts) in enumerate(recipe.layers):
                name = module.layer["name"]
                tensors[f"{name}.w"] = parts["w"].p
                if "gamma" not in parts:
                    tensors[f"{name}.bias"] = parts["beta"].p
                    continue
                tensors[f"{name}.gamma"], tensors[f"{name}.beta"] = parts["gamma"].p, parts["beta"].p
                tensors[f"{name}.mean"], tensors[f"{name}.variance"] = statistics[l]
            about = {"format": "binaryconnect-weights", "version": "1", "mode": recipe.mode, "spec": json.dumps(SPEC)}
            about["weights"] = "binary" if own() != "none" else "real"
            about["magnitudes"] = json.dumps(
                {m.layer["name"]: float(magnitude(m.layer, m.w)) if own() != "none" else 1 for m, _ in recipe.layers}
            )
            write_safetensors(arguments.save, about, tensors)
    if WORLD > 1:
        distributed.barrier()
        distributed.destroy_process_group()


if __name__ == "__main__":
    main()

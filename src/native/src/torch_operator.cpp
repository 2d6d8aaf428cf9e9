// Any operator by name, through ATen's boxed dispatcher: one entry for the whole of libtorch, with autograd.
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/stack.h>

#include <map>
#include <mutex>
#include <vector>

#include "torch.hpp"

struct vs_operator {
    c10::OperatorHandle handle;
};

namespace {

using namespace vs;

template <typename Element>
c10::List<Element> list_of(const vs_value &value) {
    auto data = static_cast<const Element *>(value.as.pointer);
    c10::List<Element> list;
    list.reserve(static_cast<size_t>(value.length));
    for (int32_t i = 0; i < value.length; i++) list.push_back(data[i]);
    return list;
}

c10::IValue tensor_of(const void *pointer) {
    return pointer ? c10::IValue(static_cast<const vs_tensor *>(pointer)->value) : c10::IValue();
}

/// A list of tensors, or of optional ones where the schema asks for them (index takes `Tensor?[]`).
c10::IValue tensors_of(const vs_value &value, const c10::Argument &argument) {
    auto handles = static_cast<vs_tensor *const *>(value.as.pointer);
    auto element = argument.type()->castRaw<c10::ListType>();
    if (element && element->getElementType()->kind() == c10::TypeKind::OptionalType) {
        c10::impl::GenericList list(c10::OptionalType::create(c10::TensorType::get()));
        for (int32_t i = 0; i < value.length; i++) list.push_back(tensor_of(handles[i]));
        return list;
    }
    c10::List<at::Tensor> list;
    list.reserve(static_cast<size_t>(value.length));
    for (int32_t i = 0; i < value.length; i++) list.push_back(handles[i]->value);
    return list;
}

c10::IValue to_ivalue(const vs_value &value, const c10::Argument &argument) {
    auto text = [&] { return std::string(static_cast<const char *>(value.as.pointer), static_cast<size_t>(value.length)); };
    switch (value.tag) {
    case VS_VALUE_NONE: return {};
    case VS_VALUE_TENSOR: return tensor_of(value.as.pointer);
    case VS_VALUE_INT: return value.as.integer;
    case VS_VALUE_DOUBLE: return value.as.real;
    case VS_VALUE_BOOL: return value.as.integer != 0;
    case VS_VALUE_INTS: return list_of<int64_t>(value);
    case VS_VALUE_DOUBLES: return list_of<double>(value);
    case VS_VALUE_TENSORS: return tensors_of(value, argument);
    case VS_VALUE_STRING: return text();
    case VS_VALUE_DEVICE: return c10::Device(text());
    }
    throw failure(VS_BAD_ARGUMENT, "unknown value tag");
}

vs_value from_ivalue(c10::IValue &&value) {
    vs_value result{};
    if (value.isTensor()) {
        auto tensor = std::move(value).toTensor();
        result.tag = VS_VALUE_TENSOR;
        result.as.pointer = tensor.defined() ? own(std::move(tensor)) : nullptr;
    } else if (value.isInt()) {
        result.tag = VS_VALUE_INT;
        result.as.integer = value.toInt();
    } else if (value.isDouble()) {
        result.tag = VS_VALUE_DOUBLE;
        result.as.real = value.toDouble();
    } else if (value.isBool()) {
        result.tag = VS_VALUE_BOOL;
        result.as.integer = value.toBool();
    } else {
        require(value.isNone(), "the operator returns a kind of value that has no tag");
    }
    return result;
}

/// Results that are not handed over because one of them failed must not leak.
class results_writer {
public:
    results_writer(vs_value *results, int32_t capacity) : results_(results), capacity_(capacity) {}
    results_writer(const results_writer &) = delete;
    results_writer &operator=(const results_writer &) = delete;
    ~results_writer() {
        if (handed_over_) return;
        for (int32_t i = 0; i < count_; i++)
            if (results_[i].tag == VS_VALUE_TENSOR) vs_tensor_free(static_cast<vs_tensor *>(results_[i].as.pointer));
    }
    void add(c10::IValue &&value) {
        require(count_ < capacity_, "the operator has more results than there is room for");
        results_[count_] = from_ivalue(std::move(value));
        count_++;
    }
    int32_t hand_over() {
        handed_over_ = true;
        return count_;
    }

private:
    vs_value *results_;
    int32_t capacity_;
    int32_t count_ = 0;
    bool handed_over_ = false;
};

thread_local torch::jit::Stack spare_stack; // its buffer is reused: an allocation less a call

void call(const c10::OperatorHandle &op, const vs_value *arguments, int32_t count, results_writer &results) {
    const auto &schema = op.schema();
    const auto &formal = schema.arguments();
    require(static_cast<size_t>(count) <= formal.size(), "the operator takes fewer arguments");

    torch::jit::Stack stack;
    stack.swap(spare_stack); // swapped out, so that an operator that calls back in finds an empty one
    stack.clear();
    stack.reserve(formal.size());
    for (size_t i = 0; i < formal.size(); i++) {
        if (i < static_cast<size_t>(count)) {
            stack.push_back(to_ivalue(arguments[i], formal[i]));
            continue;
        }
        if (!formal[i].default_value().has_value())
            throw failure(VS_BAD_ARGUMENT, schema.name() + ": argument " + formal[i].name() + " is missing");
        stack.push_back(*formal[i].default_value());
    }
    op.callBoxed(&stack);

    for (auto &value : stack) {
        if (value.isTensorList())
            for (const at::Tensor &tensor : value.toTensorVector()) results.add(tensor);
        else
            results.add(std::move(value));
    }
    stack.clear();
    stack.swap(spare_stack);
}

} // namespace

vs_status vs_operator_find(const char *name, const char *overload, vs_operator **out) {
    static std::mutex mutex;
    static std::map<std::pair<std::string, std::string>, vs_operator> found;
    return torch_guard([&] {
        std::lock_guard<std::mutex> lock(mutex);
        auto key = std::make_pair(std::string(name), std::string(overload));
        auto entry = found.find(key);
        if (entry == found.end())
            entry = found.emplace(key, vs_operator{c10::Dispatcher::singleton().findSchemaOrThrow(name, overload)}).first;
        *out = &entry->second;
    });
}

vs_status vs_operator_call(const vs_operator *op, const vs_value *arguments, int32_t count, vs_value *results,
                           int32_t capacity, int32_t *result_count) {
    return torch_guard([&] {
        results_writer writer(results, capacity);
        call(op->handle, arguments, count, writer);
        *result_count = writer.hand_over();
    });
}

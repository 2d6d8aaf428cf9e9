using VideoStyle.Native.Interop;

namespace VideoStyle.Native.Torch;

/// <summary>One argument of an <see cref="AtenOperator"/>; made by the conversions, never by hand.</summary>
#pragma warning disable CA2225 // The conversions are the way in; named twins of them would never be called.
public readonly struct Argument
{
    private Argument(ValueTag tag, long bits, object? reference = null) => (Tag, Bits, Reference) = (tag, bits, reference);

    /// <summary>Gets the argument that is left open: <c>None</c>.</summary>
    public static Argument None => default;

    internal ValueTag Tag { get; }

    internal long Bits { get; }

    /// <summary>Gets what has to stay alive during the call: a tensor, an array or a string.</summary>
    internal object? Reference { get; }

    /// <summary>Converts a tensor; null is the operator's <c>None</c>.</summary>
    public static implicit operator Argument(Tensor? value) => value is null ? default : new(ValueTag.Tensor, 0, value);

    /// <summary>Converts an integer.</summary>
    public static implicit operator Argument(long value) => new(ValueTag.Int, value);

    /// <summary>Converts an integer.</summary>
    public static implicit operator Argument(int value) => new(ValueTag.Int, value);

    /// <summary>Converts a number.</summary>
    public static implicit operator Argument(double value) => new(ValueTag.Double, BitConverter.DoubleToInt64Bits(value));

    /// <summary>Converts a truth value.</summary>
    public static implicit operator Argument(bool value) => new(ValueTag.Bool, value ? 1 : 0);

    /// <summary>Converts a kind of number.</summary>
    public static implicit operator Argument(ScalarType value) => new(ValueTag.Int, (long)value);

    /// <summary>Converts a memory format.</summary>
    public static implicit operator Argument(MemoryFormat value) => new(ValueTag.Int, (long)value);

    /// <summary>Converts a device.</summary>
    public static implicit operator Argument(TorchDevice value) => new(ValueTag.Device, 0, value.ToString());

    /// <summary>Converts a list of integers; null is the operator's <c>None</c>.</summary>
    public static implicit operator Argument(long[]? value) => value is null ? default : new(ValueTag.Ints, 0, value);

    /// <summary>Converts a list of numbers.</summary>
    public static implicit operator Argument(double[] value) => new(ValueTag.Doubles, 0, value);

    /// <summary>Converts a list of tensors.</summary>
    public static implicit operator Argument(Tensor[] value) => new(ValueTag.Tensors, 0, value);

    /// <summary>Converts a text.</summary>
    public static implicit operator Argument(string value) => new(ValueTag.String, 0, value);
}

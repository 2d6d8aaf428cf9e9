namespace VideoStyle.Networks.Models;

/// <summary>One style in a file: its tensors are the network's.</summary>
internal sealed class SingleForm(NetworkArchitecture architecture) : StyleForm(architecture)
{
    internal override IReadOnlyDictionary<string, long[]> Parameters => Architecture.Parameters;

    internal override IReadOnlyDictionary<string, Tensor> Weights(IReadOnlyDictionary<string, Tensor> parameters, int style) => parameters;
}

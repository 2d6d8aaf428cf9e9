namespace VideoStyle.Networks.Models;

/// <summary>A single style: the tensors of the file are those of the network.</summary>
internal sealed class SingleStyleParameterization(NetworkArchitecture architecture) : StyleParameterization(architecture)
{
    internal override IReadOnlyDictionary<string, long[]> Parameters => Architecture.Parameters;

    internal override IReadOnlyDictionary<string, Tensor> Weights(IReadOnlyDictionary<string, Tensor> parameters, int style) => parameters;
}

using Shouldly;
using VideoStyle.Torch.Files;
using Xunit;

namespace VideoStyle.Training.Tests.Cuda;

[Collection(RunAlone.Name)]
public sealed class CudaTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Paintings are measured before the first step, on whatever device the loss network is.
    [CudaTheory]
    [InlineData("lite")]
    [InlineData("swift")]
    [InlineData("johnson")]
    [InlineData("any")]
    public void Train_OnAGpu_WritesAModelOfFiniteWeights(string network)
    {
        var options = new TrainingOptions
        {
            Styles =
            [
                new(_folder.Picture("paintings/one.png", 96, 80, i => (byte)(i * 37 % 251)), 1),
                new(_folder.Picture("paintings/two.png", 80, 96, i => (byte)(i / 9 % 4 * 60)), 1),
            ],
            Content = [System.IO.Path.GetDirectoryName(_folder.Picture("content/one.png", 90, 70, i => (byte)(i * i % 253)))!],
            Output = _folder["trained.safetensors"],
            LossWeights = TinyVgg.Path,
            Architecture = network,
            Size = 64,
            StyleSize = 64,
            Steps = 6,
            Device = "cuda",
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = "trained" },
        };
        using (var trainer = new Trainer(options))
            trainer.Run(report: null, CancellationToken.None).Completed.ShouldBeTrue();

        foreach (var (name, tensor) in TensorFile.Read(options.Output).Tensors)
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, Half>(tensor.ToBytes()).ToArray().ShouldAllBe(v => Half.IsFinite(v), name);
    }
}

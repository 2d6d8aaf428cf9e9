using System.Security.Cryptography;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native;
using VideoStyle.Networks.Weights;
using Xunit;

namespace VideoStyle.Training.Tests;

public sealed class WeightsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videostyle-weights");
    private readonly HttpClient _client = new();

    public void Dispose()
    {
        _client.Dispose();
        _folder.Delete(recursive: true);
    }

    [NativeFact(NativeUnits.Kernels)]
    public async Task Fetch_FromTheServer_KeepsWhatTrainingNeedsAndReportsProgress()
    {
        var content = TorchvisionFile();
        using var server = new FileServer(content);
        var seen = new List<long>();
        var store = new WeightsStore(named: null, _folder.FullName);

        var path = await store.FetchAsync(Published(server, content), _client, new Synchronous(seen.Add), CancellationToken.None);

        store.Find().ShouldBe(path);
        VideoStyle.Torch.Files.TensorFile.Read(path).Tensors.Keys.ShouldBe(["features.0.weight"]);
        seen[^1].ShouldBe(content.Length);
        _folder.GetFiles().Length.ShouldBe(1);
    }

    [NativeFact(NativeUnits.Kernels)]
    public async Task Fetch_AfterABrokenConnection_GoesOnWhereItStopped()
    {
        var content = TorchvisionFile();
        using var server = new FileServer(content) { BreakAfter = 1000 };
        var store = new WeightsStore(named: null, _folder.FullName);
        var published = Published(server, content);

        var error = await Should.ThrowAsync<VideoStyleException>(() => store.FetchAsync(published, _client, progress: null, CancellationToken.None));
        error.Kind.ShouldBe(ErrorKind.Input);
        server.BreakAfter = int.MaxValue;
        await store.FetchAsync(published, _client, progress: null, CancellationToken.None);

        server.Ranges[0].ShouldBeNull();
        server.Ranges[1].ShouldNotBeNull();
        store.Find().ShouldNotBeNull();
    }

    [Fact]
    public async Task Fetch_AnotherFileThanPublished_IsRefusedAndDeleted()
    {
        byte[] content = [1, 2, 3, 4];
        using var server = new FileServer(content);
        var store = new WeightsStore(named: null, _folder.FullName);
        var published = Published(server, [1, 2, 3, 5]);

        var error = await Should.ThrowAsync<VideoStyleException>(() => store.FetchAsync(published, _client, progress: null, CancellationToken.None));

        error.Kind.ShouldBe(ErrorKind.Model);
        error.Message.ShouldContain("SHA-256");
        _folder.GetFiles().ShouldBeEmpty();
        store.Find().ShouldBeNull();
    }

    [Fact]
    public async Task Fetch_MoreBytesThanPublished_StopsInsteadOfFillingTheDisk()
    {
        using var server = new FileServer(new byte[1 << 20]);
        var published = Published(server, new byte[100]);
        var store = new WeightsStore(named: null, _folder.FullName);
        var error = await Should.ThrowAsync<VideoStyleException>(() => store.FetchAsync(published, _client, progress: null, CancellationToken.None));
        error.Message.ShouldContain("more than");
        _folder.GetFiles().Sum(f => f.Length).ShouldBeLessThanOrEqualTo(100);
    }

    [Fact]
    public async Task Fetch_NoServer_ThrowsInputErrorWithAHint()
    {
        var published = new PublishedWeights("vgg19", new Uri("http://127.0.0.1:9/vgg19.pth"), 4, new string('0', 64), "");
        var store = new WeightsStore(named: null, _folder.FullName);
        var error = await Should.ThrowAsync<VideoStyleException>(() => store.FetchAsync(published, _client, progress: null, CancellationToken.None));
        error.Kind.ShouldBe(ErrorKind.Input);
        error.Hint!.ShouldContain("videostyle weights");
    }

    [Fact]
    public void Require_NoWeights_SaysWhatToType()
    {
        var error = Should.Throw<VideoStyleException>(() => new WeightsStore(named: null, _folder.FullName).Require());
        error.Kind.ShouldBe(ErrorKind.Model);
        error.Hint!.ShouldContain("videostyle weights");
    }

    [Fact]
    public void Find_NamedFolderOrFile_ComesBeforeTheCache()
    {
        var cache = _folder.CreateSubdirectory("cache").FullName;
        var own = System.IO.Path.Combine(_folder.CreateSubdirectory("own").FullName, "vgg19_normalised.npz");
        File.WriteAllText(System.IO.Path.Combine(cache, "vgg19.safetensors"), "");
        File.WriteAllText(own, "");
        new WeightsStore(System.IO.Path.GetDirectoryName(own), cache).Find().ShouldBe(own);
        new WeightsStore(own, cache).Find().ShouldBe(own);
        Should.Throw<VideoStyleException>(() => new WeightsStore("/nowhere", cache).Find()).Message.ShouldContain("/nowhere");
    }

    /// <summary>A small safetensors file under torchvision's names stands for the 575 MB; one layer lies beyond what is kept.</summary>
    private byte[] TorchvisionFile()
    {
        var path = System.IO.Path.Combine(_folder.CreateSubdirectory("publisher").FullName, "source.safetensors");
        using var wanted = randn(64, 64);
        using var unwanted = randn(8);
        VideoStyle.Torch.Files.SafetensorsWriter.Write(
            path,
            new Dictionary<string, Tensor>
            {
                ["features.0.weight"] = wanted,
                ["features.21.weight"] = unwanted,
                ["classifier.0.weight"] = unwanted,
            },
            ScalarType.Float32,
            new Dictionary<string, string>()
        );
        var content = File.ReadAllBytes(path);
        Directory.Delete(System.IO.Path.GetDirectoryName(path)!, recursive: true);
        return content;
    }

    private static PublishedWeights Published(FileServer server, byte[] content) =>
        new("vgg19", server.Address, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)), "test");

    private sealed class Synchronous(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}

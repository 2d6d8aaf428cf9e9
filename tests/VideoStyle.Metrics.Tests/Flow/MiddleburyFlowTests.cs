using System.Buffers.Binary;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Native.Files;
using Xunit;

namespace VideoStyle.Metrics.Tests.Flow;

public sealed class MiddleburyFlowTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videostyle-flo-").FullName;

    [Theory]
    [InlineData("windmill.17-18.flo")]
    [InlineData("noise.11-12.flo")]
    [SharedInlineData("flow/RubberWhale/flow10.flo")]
    [SharedInlineData("flow/Grove2/flow10.flo")]
    public void ReadThenWrite_FileOfAnotherProgram_GivesTheSameBytes(string file)
    {
        var original = file.Contains('/', StringComparison.Ordinal) ? Fixtures.Path(file) : Fixtures.SampleVideo($"flow/{file}");
        MiddleburyFlow.Write(At("copy.flo"), MiddleburyFlow.Read(original));

        File.ReadAllBytes(At("copy.flo")).ShouldBe(File.ReadAllBytes(original));
    }

    [Fact]
    public void Read_KnownBytes_GivesTheVectors()
    {
        File.WriteAllBytes(At("a.flo"), Bytes(2, 1, 1.5f, -2, 1e10f, 1e10f));

        var flow = MiddleburyFlow.Read(At("a.flo"));

        (flow.Width, flow.Height).ShouldBe((2, 1));
        flow[0, 0].ShouldBe((1.5f, -2f));
        FlowVector.IsKnown(flow[1, 0].Dx, flow[1, 0].Dy).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(1, 40000)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(30000, 30000)]
    public void Read_HostileSize_ThrowsInputErrorWithoutAllocatingIt(int width, int height)
    {
        File.WriteAllBytes(At("bad.flo"), Bytes(width, height, 1, 2));
        var before = GC.GetAllocatedBytesForCurrentThread();

        ShouldFail("bad.flo");

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void Read_FileThatEndsEarly_ThrowsInputErrorThatNamesIt()
    {
        File.WriteAllBytes(At("short.flo"), Bytes(2, 2, 1, 2, 3));
        ShouldFail("short.flo").Message.ShouldContain("24 bytes");
    }

    [Fact]
    public void Read_FileWithMoreThanItsSize_ThrowsInputError()
    {
        File.WriteAllBytes(At("long.flo"), Bytes(1, 1, 1, 2, 3));
        ShouldFail("long.flo");
    }

    [Fact]
    public void Read_NaN_ThrowsInputErrorThatSaysSo()
    {
        File.WriteAllBytes(At("nan.flo"), Bytes(1, 1, 1, float.NaN));
        ShouldFail("nan.flo").Message.ShouldContain("not a number");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(11)]
    public void Read_FileWithinItsHeader_ThrowsInputError(int length)
    {
        File.WriteAllBytes(At("head.flo"), Bytes(1, 1, 1, 2)[..length]);
        ShouldFail("head.flo");
    }

    [Fact]
    public void Read_OtherFile_ThrowsInputError()
    {
        File.WriteAllText(At("letter.flo"), "Dear reader, this is no flow.");
        ShouldFail("letter.flo").Message.ShouldContain("PIEH");
    }

    [Fact]
    public void Read_MissingFile_ThrowsInputError() => ShouldFail("missing.flo");

    [Fact]
    public void Write_FolderThatIsNotThere_ThrowsOutputError() =>
        Should.Throw<VideoStyleException>(() => MiddleburyFlow.Write(At("no/a.flo"), new FlowField(1, 1, [1, 2]))).Kind.ShouldBe(ErrorKind.Output);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private VideoStyleException ShouldFail(string name)
    {
        var error = Should.Throw<VideoStyleException>(() => FlowFile.Read(At(name), new RawPng()));
        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain(At(name));
        return error;
    }

    private static byte[] Bytes(int width, int height, params float[] values)
    {
        var bytes = new byte[12 + 4 * values.Length];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, 202021.25f);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), height);
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(12 + 4 * i), values[i]);
        return bytes;
    }

    private string At(string name) => Path.Combine(_folder, name);
}

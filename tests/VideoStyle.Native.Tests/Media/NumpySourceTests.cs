using System.Text;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

public sealed class NumpySourceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Array_GivesItsFramesAtTheChosenRate()
    {
        using var source = FrameSource.Open(Write("(3, 2, 5, 3)", 3 * 2 * 5 * 3), new VideoOptions { FrameRate = new Rational(10, 1) });
        FramePool pool = new();

        (source.Info.Width, source.Info.Height, source.Info.FrameCount, source.Info.FrameRate).ShouldBe((5, 2, 3L, new Rational(10, 1)));
        for (var t = 0; t < 3; t++)
        {
            using var frame = source.Read(pool).ShouldNotBeNull();
            frame.Pts.ShouldBe(t);
            frame.Pixels.ToArray().ShouldBe([.. Enumerable.Range(30 * t, 30).Select(i => (byte)i)]);
        }

        source.Read(pool).ShouldBeNull();
    }

    [Fact]
    public void Open_PartOfIt_ReadsThatPart()
    {
        using var source = FrameSource.Open(Write("(3, 2, 5, 3)", 90), new VideoOptions { FrameRate = new Rational(10, 1), From = TimeSpan.FromSeconds(0.1), To = TimeSpan.FromSeconds(0.2) });
        FramePool pool = new();

        using var frame = source.Read(pool).ShouldNotBeNull();
        frame.Pixels[0].ShouldBe((byte)30);
        source.Read(pool).ShouldBeNull();
    }

    [Theory]
    [InlineData("(3, 2, 5, 3)", 89, "is shorter than its header says, or holds no frame")]
    [InlineData("(0, 2, 5, 3)", 90, "is shorter than its header says, or holds no frame")]
    [InlineData("(99999999999, 99999999999, 99999999999, 3)", 90, "is shorter than its header says, or holds no frame")]
    [InlineData("(3, 2, 5, 4)", 120, "is not a C-ordered array of uint8 with the shape [frames, height, width, 3]")]
    [InlineData("(30, 3)", 90, "is not a C-ordered array of uint8 with the shape [frames, height, width, 3]")]
    public void Open_OtherArray_ThrowsInputErrorThatNamesIt(string shape, int bytes, string problem)
    {
        var path = Write(shape, bytes);

        var error = Should.Throw<VideoStyleException>(() => FrameSource.Open(path, new VideoOptions()));

        (error.Kind, error.Message).ShouldBe((ErrorKind.Input, $"{path}: {problem}."));
    }

    [Fact]
    public void Open_SomethingElse_ThrowsInputErrorThatNamesIt()
    {
        File.WriteAllText(_folder["a.npy"], "no array at all");

        Should.Throw<VideoStyleException>(() => FrameSource.Open(_folder["a.npy"], new VideoOptions())).Message.ShouldBe($"{_folder["a.npy"]}: is not a NumPy array.");
        Should.Throw<VideoStyleException>(() => FrameSource.Open(_folder["none.npy"], new VideoOptions())).Kind.ShouldBe(ErrorKind.Input);
    }

    private string Write(string shape, int bytes)
    {
        var header = $"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}".PadRight(117) + "\n";
        File.WriteAllBytes(
            _folder["a.npy"],
            [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.Latin1.GetBytes(header), .. Enumerable.Range(0, bytes).Select(i => (byte)i)]);
        return _folder["a.npy"];
    }
}

using Shouldly;
using Xunit;

namespace VideoStyle.Tests.Options;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("3G", 3L << 30)]
    [InlineData("3GB", 3L << 30)]
    [InlineData("1.5g", 3L << 29)]
    [InlineData("800M", 800L << 20)]
    [InlineData("800mb", 800L << 20)]
    [InlineData("3GiB", 3L << 30)]
    [InlineData("512 K", 512L << 10)]
    [InlineData("2T", 2L << 40)]
    [InlineData("64", 64L << 20)]
    public void TryParse_Amount_GivesItsBytes(string text, long expected)
    {
        ByteSize.TryParse(text, provider: null, out var size).ShouldBeTrue();
        size.Bytes.ShouldBe(expected);
        ByteSize.Parse(size.ToString(), provider: null).ShouldBe(size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("B")]
    [InlineData("G")]
    [InlineData("3B")]
    [InlineData("3X")]
    [InlineData("3GBB")]
    [InlineData("-1G")]
    [InlineData("0M")]
    [InlineData("99999999G")]
    public void TryParse_Other_IsRefused(string text) => ByteSize.TryParse(text, provider: null, out _).ShouldBeFalse();
}

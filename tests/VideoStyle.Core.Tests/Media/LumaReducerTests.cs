using Shouldly;
using VideoStyle.Core.Media;
using Xunit;

namespace VideoStyle.Core.Tests.Media;

public sealed class LumaReducerTests
{
    [Theory]
    [InlineData(1280, 720, 400, 3)]
    [InlineData(640, 360, 400, 2)]
    [InlineData(161, 121, 400, 1)]
    [InlineData(1, 1, 400, 1)]
    [InlineData(4000, 20, 400, 1)]
    public void FactorFor_KeepsTheShortSideLargeEnough(int width, int height, int longSide, int factor) =>
        LumaReducer.FactorFor(width, height, longSide).ShouldBe(factor);

    [Theory]
    [InlineData(53, 37, 3)]
    [InlineData(64, 32, 2)]
    [InlineData(5, 5, 1)]
    [InlineData(1, 1, 4)]
    public void Reduce_EqualsTheMeanLumaOfEachBlock(int width, int height, int factor)
    {
        FramePool pool = new();
        using var frame = pool.Rent(width, height);
        Random random = new(7);
        random.NextBytes(frame.Pixels);

        var luma = LumaReducer.Reduce(frame, factor);

        for (var y = 0; y < luma.Height; y++)
            for (var x = 0; x < luma.Width; x++)
                ((double)luma.Pixels[y * luma.Width + x]).ShouldBe(Mean(x * factor, y * factor), tolerance: 0.8);

        double Mean(int left, int top)
        {
            double sum = 0;
            var count = 0;
            for (var y = top; y < Math.Min(top + factor, height); y++)
                for (var x = left; x < Math.Min(left + factor, width); x++, count++)
                    sum += 0.299 * At(x, y, 0) + 0.587 * At(x, y, 1) + 0.114 * At(x, y, 2);
            return sum / count;
        }

        double At(int x, int y, int channel) => frame.Pixels[3 * (y * width + x) + channel];
    }
}

using Shouldly;
using VideoStyle.Native;
using VideoStyle.Training.Optimization;

namespace VideoStyle.Training.Tests.Optimization;

public sealed class BorderTrimmerTests
{
    [NativeFact(NativeUnits.Kernels)]
    public void Trim_BlackBorder_IsTrimmedAndADarkImageIsNot()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var image = (rand(1, 3, 200, 300) * 150 + 50).to(ScalarType.Byte);
        BorderTrimmer.Trim(image).shape.ShouldBe([1, 3, 200, 300]);
        var bordered = F.pad(image, [9, 0, 4, 6]);
        var trimmed = BorderTrimmer.Trim(bordered).shape;
        trimmed[2].ShouldBeInRange(200 - 3, 200);
        trimmed[3].ShouldBeInRange(300 - 3, 300);
        BorderTrimmer.Trim(zeros(1, 3, 200, 300).to(ScalarType.Byte)).shape.ShouldBe([1, 3, 178, 266]);
    }
}

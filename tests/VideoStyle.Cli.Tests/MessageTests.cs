using System.Reflection;
using Shouldly;
using VideoStyle.Cli.Output;
using Xunit;

namespace VideoStyle.Cli.Tests;

public sealed class MessageTests
{
    public static TheoryData<Exception> Failures =>
    [
        new InvalidCastException("Unable to cast object of type 'System.String' to type 'System.Int32'."),
        new InvalidOperationException("Specified argument was out of the range of valid values. (Parameter 'index')"),
        new KeyNotFoundException(),
        new AggregateException(new InvalidOperationException("Sequence contains no elements")),
        new TargetInvocationException(new TypeInitializationException("VideoStyle.Native.Library", new DllNotFoundException("lib is absent"))),
        new IOException("No space left on device : '/out.mp4'"),
        new UnauthorizedAccessException("Access to the path '/out.mp4' is denied."),
        new InsufficientMemoryException(),
    ];

    [Theory]
    [MemberData(nameof(Failures))]
    public void Failures_OfEveryKind_NameNoType(Exception failure)
    {
        var (_, _, message, hint) = UnexpectedFailure.Describe(failure);

        foreach (var text in new[] { message, hint })
        {
            text.ShouldNotContain("Exception");
            text.ShouldNotContain("System.");
            text.ShouldNotContain("VideoStyle.");
            text.ShouldNotContain("Parameter");
        }

        message.ShouldEndWith(".");
    }

    [Fact]
    public void Failures_OfTheSystem_HaveTheirExitCodesAndReasons()
    {
        UnexpectedFailure.Describe(new InsufficientMemoryException()).ExitCode.ShouldBe(ExitCode.Runtime);
        var (exitCode, _, message, _) = UnexpectedFailure.Describe(new AggregateException(new IOException("No space left on device : '/out.mp4'")));
        exitCode.ShouldBe(ExitCode.Output);
        message.ShouldContain("No space left on device");
        UnexpectedFailure.Describe(new KeyNotFoundException()).ExitCode.ShouldBe(ExitCode.Internal);
    }
}

using VideoStyle.Core.Errors;

namespace VideoStyle.Cli;

/// <summary>The documented exit codes.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Internal = 1;
    public const int Usage = 2;
    public const int Input = 3;
    public const int Output = 4;
    public const int Model = 5;
    public const int Runtime = 6;
    public const int SomeFailed = 7;
    public const int OverThreshold = 8;
    public const int Interrupted = 130;
    public const int Terminated = 143;

    /// <summary>The code that tells a script what kind of failure it was.</summary>
    public static int For(ErrorKind kind) =>
        kind switch
        {
            ErrorKind.Usage => Usage,
            ErrorKind.Input => Input,
            ErrorKind.Output => Output,
            ErrorKind.Model => Model,
            ErrorKind.Runtime => Runtime,
            _ => Internal,
        };
}

using System.CommandLine;

namespace VideoStyle.Cli.Binding;

/// <summary>An option that was derived from a property.</summary>
internal sealed class TopicalOption<T>(string name, string[] aliases, string topic) : Option<T>(name, aliases), ITopical
{
    /// <inheritdoc />
    public string Topic => topic;
}

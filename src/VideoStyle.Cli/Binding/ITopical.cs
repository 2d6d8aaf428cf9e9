namespace VideoStyle.Cli.Binding;

/// <summary>An option that belongs to a topic of the help.</summary>
internal interface ITopical
{
    /// <summary>Gets the name of the property that holds the option's record, or an empty text.</summary>
    string Topic { get; }
}

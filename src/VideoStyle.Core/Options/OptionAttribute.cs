namespace VideoStyle.Core.Options;

/// <summary>Declares a property of an options record as an option: the command line, config files, presets, the manual page and JSON are derived from it.</summary>
/// <param name="name">The option's name in kebab case, without dashes: <c>max-size</c>.</param>
/// <param name="description">One or two sentences for the help. A default that depends on other options is told here.</param>
/// <remarks>
/// A limit is declared by <see cref="System.ComponentModel.DataAnnotations.RangeAttribute"/> beside it. A property of type <see cref="bool"/> is a flag;
/// one whose default is true is turned off by its flag, which is named for that: <c>no-audio</c>.
/// </remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionAttribute(string name, string description) : Attribute
{
    /// <summary>Gets the option's name in kebab case.</summary>
    public string Name { get; } = name;

    /// <summary>Gets what the option does.</summary>
    public string Description { get; } = description;

    /// <summary>Gets what the help calls the value: <c>PIXELS</c>. Null takes it from the type.</summary>
    public string? ValueName { get; init; }

    /// <summary>Gets other names: a single letter (<c>s</c>), or a longer name of an earlier version.</summary>
    public string[] Aliases { get; init; } = [];

    /// <summary>Gets a type with a static property <c>Names</c> that lists the only values; null where any value of the type will do.</summary>
    public Type? Choices { get; init; }

    /// <summary>Gets a type with a static property <c>Names</c> that lists values to be suggested, behind the description; others are taken as well.</summary>
    public Type? Suggestions { get; init; }

    /// <summary>Gets whether each value of a list may be given once only.</summary>
    public bool Distinct { get; init; }

    /// <summary>Gets whether the option belongs to one run and not to a preset: whether to overwrite, or to resume.</summary>
    public bool PerRun { get; init; }
}

using System.Reflection;
using VideoStyle.Core.Options;

namespace VideoStyle;

/// <summary>The options of a record and of the records nested in it, in the order of their declaration.</summary>
/// <typeparam name="T">An immutable record, some of whose properties have an <see cref="OptionAttribute"/> or are such records.</typeparam>
public static class OptionCatalog<T>
    where T : class
{
    private static readonly Dictionary<string, OptionDescriptor> ByName = [];

    static OptionCatalog()
    {
        var defaults = (T)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(typeof(T));
        if (typeof(T).GetConstructor(Type.EmptyTypes) is { } constructor)
            defaults = (T)constructor.Invoke([]);
        Options = [.. Find(typeof(T), [], defaults)];
        foreach (var option in Options)
            foreach (var name in option.Aliases.Prepend(option.Name))
                ByName.Add(name, option);
    }

#pragma warning disable CA1000 // one list for each record is the point
    /// <summary>Gets the options.</summary>
    public static IReadOnlyList<OptionDescriptor> Options { get; }

    /// <summary>Finds an option by its name or one of its other names, in kebab or camel case.</summary>
    /// <param name="name">The name, without dashes in front.</param>
    /// <returns>Null where there is none.</returns>
    public static OptionDescriptor? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ByName.GetValueOrDefault(string.Concat(name.Select(c => char.IsUpper(c) ? $"-{char.ToLowerInvariant(c)}" : c.ToString())).TrimStart('-'));
    }

    /// <summary>Sets options that are given as text.</summary>
    /// <param name="options">The record to begin with.</param>
    /// <param name="texts">For each option its name and its values; a flag has <c>true</c> or <c>false</c>.</param>
    /// <returns>A copy with the values.</returns>
    /// <exception cref="FormatException">A value is wrong; the message names the option.</exception>
    /// <exception cref="ArgumentException">There is no such option.</exception>
    public static T Set(T options, IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> texts)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(texts);
        foreach (var (name, values) in texts)
        {
            var option = Find(name) ?? throw new ArgumentException($"There is no option '{name}'.", nameof(texts));
            if (option.Check(values) is { } wrong)
                throw new FormatException($"{option.Name} {wrong}");
            options = (T)option.With(options, values);
        }

        return options;
    }

    /// <summary>Writes the options that differ from the defaults as text that <see cref="Set"/> reads.</summary>
    /// <param name="options">The record.</param>
    public static IReadOnlyDictionary<string, string> Differences(T options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Options
            .Select(option => (option.Name, Text: option.TextIn(options), Default: option.IsFlag ? "false" : option.DefaultText))
            .Where(o => o.Text is not null && !string.Equals(o.Text, o.Default, StringComparison.Ordinal))
            .ToDictionary(o => o.Name, o => o.Text!, StringComparer.Ordinal);
    }
#pragma warning restore CA1000

    private static IEnumerable<OptionDescriptor> Find(Type type, IReadOnlyList<PropertyInfo> path, object defaults)
    {
        foreach (var property in type.GetProperties().OrderBy(property => property.MetadataToken))
        {
            if (property.GetCustomAttribute<OptionAttribute>() is { } attribute)
                yield return new OptionDescriptor([.. path, property], attribute, defaults);
            else if (property.PropertyType.IsClass && property.PropertyType.GetMethod("<Clone>$") is not null && property.CanWrite)
                foreach (var nested in Find(property.PropertyType, [.. path, property], defaults))
                    yield return nested;
        }
    }
}

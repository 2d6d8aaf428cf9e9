using System.CommandLine;
using VideoStyle.Core.Errors;

namespace VideoStyle.Cli.Binding;

/// <summary>Derives a command's options from a record of the library, and reads the record back.</summary>
/// <typeparam name="T">The record.</typeparam>
internal sealed class OptionBinder<T>
    where T : class
{
    private readonly List<(OptionDescriptor Descriptor, Option Option)> _options = [];

    /// <summary>Makes the options.</summary>
    /// <param name="except">Names of options that the command does not have.</param>
    public OptionBinder(params string[] except)
    {
        foreach (var descriptor in OptionCatalog<T>.Options.Where(o => !except.Contains(o.Name, StringComparer.Ordinal)))
        {
            var shorts = descriptor.Aliases.Where(alias => alias.Length == 1).Select(alias => "-" + alias).ToArray();
            _options.Add((descriptor, Make(descriptor, "--" + descriptor.Name, shorts)));
            foreach (var earlier in descriptor.Aliases.Where(alias => alias.Length > 1))
            {
                var hidden = Make(descriptor, "--" + earlier, []);
                hidden.Hidden = true;
                _options.Add((descriptor, hidden));
            }
        }
    }

    /// <summary>Gives the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var (_, option) in _options)
            command.Options.Add(option);
    }

    /// <summary>Reads what was given on the command line or in a config file.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="defaults">What is not given.</param>
    /// <exception cref="VideoStyleException">A value is wrong (Usage).</exception>
    public T Read(ParseResult parse, T defaults)
    {
        try
        {
            return OptionCatalog<T>.Set(defaults, Given(parse));
        }
        catch (FormatException e)
        {
            throw new VideoStyleException(ErrorKind.Usage, $"--{e.Message}.", innerException: e);
        }
    }

    /// <summary>Has the command demand an option.</summary>
    public OptionBinder<T> Require(string name)
    {
        _options.First(o => string.Equals(o.Descriptor.Name, name, StringComparison.Ordinal)).Option.Required = true;
        return this;
    }

    /// <summary>Tells whether an option was given.</summary>
    public bool IsGiven(ParseResult parse, string name) => Given(parse).Any(given => string.Equals(given.Key, name, StringComparison.Ordinal));

    /// <summary>Finds what was given, as text.</summary>
    public IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> Given(ParseResult parse) =>
        from o in _options
        let result = parse.GetResult(o.Option)
        where result is { Implicit: false }
        select KeyValuePair.Create<string, IReadOnlyList<string>>(
            o.Descriptor.Name, o.Descriptor.IsFlag ? [parse.GetValue((Option<bool>)o.Option) ? "true" : "false"] : [.. result.Tokens.Select(token => token.Value)]);

    private static Option Make(OptionDescriptor descriptor, string name, string[] aliases)
    {
        if (descriptor.IsFlag)
            return new TopicalOption<bool>(name, aliases, descriptor.Topic) { Description = descriptor.Description };
        Option option = descriptor.IsList
            ? new TopicalOption<string[]>(name, aliases, descriptor.Topic) { Description = descriptor.DefaultText is { } list ? $"{descriptor.Description} Default: {list}." : descriptor.Description, HelpName = descriptor.ValueName, AllowMultipleArgumentsPerToken = true }
            : new TopicalOption<string?>(name, aliases, descriptor.Topic) { Description = descriptor.Description, HelpName = descriptor.ValueName };
        if (descriptor.DefaultText is { } text && option is Option<string?> one)
            one.DefaultValueFactory = _ => text;
        option.Validators.Add(result =>
        {
            if (!result.Implicit && descriptor.Check([.. result.Tokens.Select(token => token.Value)]) is { } wrong)
                result.AddError($"{name} {wrong}.");
        });
        if (descriptor.Choices.Count > 0)
            option.CompletionSources.Add([.. descriptor.Choices]);
        return option;
    }
}

using System.CommandLine;

using Muster.Cli.Arguments;
using Muster.Cli.Configuration;
using Muster.Cli.Configuration.Files;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Clouds;
using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Options;

namespace Muster.Cli.Commands.Clouds;

/// <summary><c>muster cloud add</c></summary>
internal sealed class CloudAddCommand : MusterCommand
{
    private readonly KindArgument _kind = new();

    private readonly Option<string?> _name = new("--name")
    {
        Description = "What the cloud is called in templates; its kind unless given.",
        HelpName = "name",
    };

    private readonly PairsOption _options = new("--option", "An option of that kind; may be repeated. What must be set is asked for.")
    {
        Keys = ("Options by kind", OptionsByKind),
    };

    private readonly FileOption _config = new("--config")
    {
        Description = "Add it to this configuration file, once the whole is right; printed unless given.",
    };

    private readonly Option<bool> _unchecked_ = new("--no-check")
    {
        Description = "Do not look at the values and the files that they name: the server is another machine.",
    };

    public CloudAddCommand(Terminal terminal)
        : base(
            terminal, "add", "Write the [[cloud]] of a configuration file, by asking or by options. Asks no server.",
            "muster cloud add docker",
            "muster cloud add triton --name us-east --option url=https://cloudapi.example.com --option account=web --config muster.toml")
    {
        Add(_kind);
        Add(_name);
        Add(_options);
        Add(_config);
        Add(_unchecked_);
    }

    protected override Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var kind = parse.GetRequiredValue(_kind);
        var name = parse.GetValue(_name) ?? kind.Name;
        if (!EntityName.IsValid(name))
        {
            throw new CliException(ExitCode.Usage, $"--name is '{name}': {EntityName.Rule}");
        }

        var values = parse.GetValue(_options) ?? new(StringComparer.Ordinal);
        Ask(kind.Description, values);
        if (!parse.GetValue(_unchecked_))
        {
            Check(kind, name, values);
        }

        // In the order of the kind's page, as a person would write them.
        var options = values
            .OrderBy(value => kind.Description.Options.TakeWhile(option => !option.IsNamed(value.Key)).Count())
            .ThenBy(value => value.Key, StringComparer.Ordinal)
            .ToList();
        var block = CloudBlock.Of(name, kind.Name, options);
        if (parse.GetValue(_config) is { } file)
        {
            ConfigAppending.Append(file.ToString(), block, Terminal);
            Terminal.Error.WriteLine(VisibleText.OneLine(
                $"muster: wrote cloud '{name}' to {file}; after the server's next start, 'muster cloud check {name}' tries it"));
        }
        else
        {
            Terminal.Out.Write(block);
        }

        return Task.FromResult(ExitCode.Ok);
    }

    private void Ask(KindDescription description, SortedDictionary<string, string> values)
    {
        if (!Terminal.CanAsk)
        {
            return;
        }

        foreach (var option in description.Options.Where(option => option.UnlessSet is KindOptions.Required))
        {
            while (!values.Keys.Any(option.IsNamed))
            {
                Terminal.Error.Write(VisibleText.OneLine($"{option.Name} ({KindOptions.Plain(option.Meaning)}): "));
                switch (Terminal.ReadLine()?.Trim())
                {
                    case null:
                        throw new CliException(ExitCode.Error, "nothing was written");
                    case { Length: > 0 } value:
                        values.Add(option.Name, value);
                        break;
                }
            }
        }
    }

    /// <exception cref="CliException">Something is wrong: a line for each.</exception>
    private void Check(ICloudKind kind, string name, SortedDictionary<string, string> values)
    {
        // Nothing is opened or written: any directory will do, and there may be no home on a build machine.
        var setup = CloudSetups.Of(
            new() { Name = name, Kind = kind.Name, Options = new(values, StringComparer.Ordinal) },
            Path.GetTempPath(),
            Terminal.Time,
            Terminal.Random,
            static _ => { });
        var errors = CloudKinds.Check(kind.Name, setup);
        if (!errors.IsEmpty)
        {
            throw new CliException(
                ExitCode.Usage, string.Join('\n', errors.Select(error => $"--option {error}")));
        }
    }

    private static IEnumerable<(string Label, string? Description)> OptionsByKind() => CloudKinds.All
        .Where(kind => !kind.Description.Options.IsEmpty)
        .Select(kind => (kind.Name, (string?)string.Join(", ", kind.Description.Options.Select(Marked))));

    private static string Marked(ConfigOption option) =>
        option.UnlessSet is KindOptions.Required ? $"{option.Name} ({KindOptions.Required})" : option.Name;
}

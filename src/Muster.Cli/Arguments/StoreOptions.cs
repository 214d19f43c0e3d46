using System.CommandLine;

using Muster.Cli.Composition.Stores;
using Muster.Cli.Configuration;
using Muster.Cli.Configuration.Files;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Core.Storage;

namespace Muster.Cli.Arguments;

/// <summary>Which store a command works on, while no server needs to run: a configuration's, or that of <c>muster dev</c>.</summary>
internal sealed class StoreOptions
{
    private readonly FileOption _config = new("--config")
    {
        Description = "The store that this configuration file names.",
    };

    private readonly Option<DirectoryInfo?> _data = CommonOptions.Data(
        "The store of 'muster dev' in this directory; $XDG_DATA_HOME/muster, or ~/.local/share/muster, unless one of both is given.");

    public void AddTo(Command command)
    {
        command.Add(_config);
        command.Add(_data);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_config) is not null && result.GetResult(_data) is not null)
            {
                result.AddError("--config and --data name a store each: give one of them");
            }
        });
    }

    /// <summary>Where it is.</summary>
    /// <exception cref="CliException">The configuration file is wrong.</exception>
    public StoreConfig Find(ParseResult parse, Terminal terminal) =>
        FindConfig(parse, terminal)?.Store
        ?? new() { Path = DataDirectory.Store(parse.GetValue(_data)?.FullName ?? DataDirectory.Default(terminal)) };

    /// <summary>The configuration that names it; null for the store of <c>muster dev</c>, which has none.</summary>
    /// <exception cref="CliException">The configuration file is wrong.</exception>
    public MusterConfig? FindConfig(ParseResult parse, Terminal terminal) =>
        parse.GetValue(_config) is { } file ? ConfigReader.Read(file.ToString(), terminal) : null;

    /// <summary>Opens it; one that should hold something already must be there.</summary>
    /// <exception cref="CliException">There is none.</exception>
    public Task<IStore> OpenExistingAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var found = Find(parse, terminal);
        return found.Url is not null || File.Exists(found.Path)
            ? StoreFactory.OpenAsync(found, terminal.Time, terminal.Random, cancellationToken)
            : throw new CliException(ExitCode.NotFound, $"there is no store at {found.Path}");
    }
}

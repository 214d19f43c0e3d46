using System.Collections.Immutable;

using Muster.Clouds.Exec.Plugin;
using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Programs;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Exec;

/// <summary>The kind <c>exec</c>: any executable.</summary>
internal sealed class ExecKind : ICloudKind
{
    private const string DefaultSearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <inheritdoc/>
    public string Name => "exec";

    /// <inheritdoc/>
    public KindDescription Description => ExecKindDescription.Kind;

    /// <inheritdoc/>
    public void Check(CloudSetup setup) => Read(setup);

    /// <summary>Opens it: asks the executable what it can do.</summary>
    /// <exception cref="Core.InputException">An option is unknown or wrong; names every one.</exception>
    /// <exception cref="CloudException">The executable does not describe itself.</exception>
    public async Task<ICloud> OpenAsync(CloudSetup setup, CancellationToken cancellationToken) =>
        await ExecCloud.OpenAsync(Read(setup), setup.Time, setup.Say, cancellationToken);

    internal static ExecCloudOptions Read(CloudSetup setup)
    {
        var reader = new SetupReader(setup, ExecKindDescription.Kind.Options);
        var searchPath = reader.Read(ExecKindDescription.SearchPath) ?? Environment.GetEnvironmentVariable("PATH") ?? DefaultSearchPath;
        var options = new ExecCloudOptions
        {
            Cloud = setup.Name,
            Directory = reader.Read(ExecKindDescription.Directory) ?? Path.Combine(setup.DataDirectory, "clouds", setup.Name),
            SearchPath = searchPath,
            Environment = ReadEnvironment(reader).SetItems(ReadEnvironmentFile(reader)),
            Timeout = reader.Read(ExecKindDescription.Timeout),
            ConcurrencyMax = reader.Read(ExecKindDescription.Concurrency),
            OutputMaxMib = reader.Read(ExecKindDescription.OutputMaxMib),
            Command = ReadCommand(reader, searchPath),
        };
        reader.ThrowIfWrong();
        return options;
    }

    private static ImmutableArray<string> ReadCommand(SetupReader reader, string searchPath)
    {
        if (reader.Read(ExecKindDescription.Command) is not { } value)
        {
            return [];
        }

        if (!CommandLine.TrySplit(value, out var words, out var error)
            || !new ExecutableFinder(searchPath, selfPath: null).TryFind(words[0], out var path, out error))
        {
            reader.Refuse(ExecKindDescription.Command.Name, value, error!);
            return [];
        }

        return words.SetItem(0, path);
    }

    private static ImmutableSortedDictionary<string, string> ReadEnvironment(SetupReader reader)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var names = reader.TextOf(ExecKindDescription.Environment.Name) ?? "";
        foreach (var name in names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (!EnvironmentFile.IsName(name))
            {
                reader.Refuse(
                    ExecKindDescription.Environment.Name, names,
                    $"names of environment variables with blanks between; '{name}' is none, values go into environment_file");
            }
            else if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                variables[name] = value;
            }
        }

        return variables.ToImmutable();
    }

    private static ImmutableSortedDictionary<string, string> ReadEnvironmentFile(SetupReader reader)
    {
        if (reader.Read(ExecKindDescription.EnvironmentFile) is not { } path)
        {
            return ImmutableSortedDictionary<string, string>.Empty;
        }

        try
        {
            return EnvironmentFile.Read(path, reader.Setup.Files);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            reader.Refuse(ExecKindDescription.EnvironmentFile.Name, path, error.Message);
            return ImmutableSortedDictionary<string, string>.Empty;
        }
    }
}

using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Exec.Plugin;
using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Programs;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Exec;

/// <summary>Reads the configuration of a cloud of kind <c>exec</c>.</summary>
internal static class ExecKind
{
    private const string Known = "command, directory, path, environment, environment_file, timeout, concurrency or output_max_mib";
    private const string DefaultSearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static readonly TimeSpan TimeoutMin = TimeSpan.FromSeconds(1);

    /// <summary>Opens it: asks the executable what it can do.</summary>
    /// <exception cref="InputException">An option is unknown or wrong; names every one.</exception>
    /// <exception cref="CloudException">The executable does not describe itself.</exception>
    public static ICloud Open(CloudSetup setup) => ExecCloud.Open(Read(setup), setup.Time, setup.Say);

    internal static ExecCloudOptions Read(CloudSetup setup)
    {
        var options = new ExecCloudOptions
        {
            Command = [],
            Cloud = setup.Name,
            Directory = Path.Combine(setup.DataDirectory, "clouds", setup.Name),
            SearchPath = System.Environment.GetEnvironmentVariable("PATH") ?? DefaultSearchPath,
        };
        var errors = ImmutableArray.CreateBuilder<InputError>();
        // The command is looked for on the path, so it comes when the path is known.
        foreach (var (name, value) in setup.Options.OrderBy(option => option.Key is "command"))
        {
            if (Set(options, setup.Files, name, value) is { } allowed)
            {
                errors.Add(new InputError($"clouds.{setup.Name}.{name}", value, allowed));
            }
        }

        if (!setup.Options.ContainsKey("command"))
        {
            errors.Add(new InputError($"clouds.{setup.Name}.command", null, "the executable that is this cloud, and its arguments"));
        }

        InputException.ThrowIfAny(errors);
        return options;
    }

    /// <returns>What is allowed, when this is not.</returns>
    private static string? Set(ExecCloudOptions options, CloudFiles files, string name, string value) => name switch
    {
        "command" => SetCommand(options, value),
        "directory" => Take(value, value.Length > 0, directory => options.Directory = directory, "a path"),
        "path" => Take(value, value.Length > 0, path => options.SearchPath = path, "directories with colons between"),
        "environment" => ReadEnvironment(options, value),
        "environment_file" => ReadEnvironmentFile(options, files, value),
        "timeout" => Take(Grace.Parse(value), time => time >= TimeoutMin, time => options.Timeout = time, "1s to 60m"),
        "concurrency" => Take(Number(value), count => count is >= 1 and <= 256, count => options.ConcurrencyMax = count, "1 to 256"),
        "output_max_mib" => Take(Number(value), size => size is >= 1 and <= 1024, size => options.OutputMaxMib = size, "1 to 1024"),
        _ => $"no such option; allowed are {Known}",
    };

    private static string? SetCommand(ExecCloudOptions options, string value)
    {
        if (!CommandLine.TrySplit(value, out var words, out var error)
            || !new ExecutableFinder(options.SearchPath, selfPath: null).TryFind(words[0], out var path, out error))
        {
            return error;
        }

        options.Command = words.SetItem(0, path);
        return null;
    }

    private static string? ReadEnvironment(ExecCloudOptions options, string names)
    {
        foreach (var name in names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (!EnvironmentFile.IsName(name))
            {
                return $"names of environment variables with blanks between; '{name}' is none, values go into environment_file";
            }

            if (System.Environment.GetEnvironmentVariable(name) is { } value)
            {
                options.Environment = options.Environment.SetItem(name, value);
            }
        }

        return null;
    }

    private static string? ReadEnvironmentFile(ExecCloudOptions options, CloudFiles files, string path)
    {
        try
        {
            options.Environment = options.Environment.SetItems(EnvironmentFile.Read(path, files));
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            return error.Message;
        }
    }

    private static string? Take<T>(T value, bool good, Action<T> take, string allowed) where T : class
    {
        if (!good)
        {
            return allowed;
        }

        take(value);
        return null;
    }

    private static string? Take<T>(T? value, Predicate<T> good, Action<T> take, string allowed) where T : struct
    {
        if (value is null || !good(value.Value))
        {
            return allowed;
        }

        take(value.Value);
        return null;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

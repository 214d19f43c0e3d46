using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Local;

/// <summary>Reads the configuration of a cloud of kind <c>local</c>.</summary>
internal static class LocalKind
{
    private const string Known =
        "directory, path, stop_grace, port_first, port_last, spent_retention_hours, logs_kept_max, control_group_parent, run_as or run_as_directory";

    /// <summary>Opens it.</summary>
    /// <exception cref="InputException">An option is unknown or wrong; names every one.</exception>
    public static ICloud Open(CloudSetup setup) => LocalCloud.Open(Read(setup), setup.Time, setup.Random);

    /// <summary>The options as written, checked one by one; <see cref="LocalCloudOptions.Check"/> does the ranges.</summary>
    internal static LocalCloudOptions Read(CloudSetup setup)
    {
        var options = new LocalCloudOptions
        {
            Directory = Path.Combine(setup.DataDirectory, "clouds", setup.Name),
            DataDirectory = setup.DataDirectory,
            SelfPath = setup.SelfPath,
            Say = line => setup.Say($"{setup.Name}: {line}"),
        };
        var errors = ImmutableArray.CreateBuilder<InputError>();
        foreach (var (name, value) in setup.Options)
        {
            if (Set(options, name, value) is { } allowed)
            {
                errors.Add(new InputError($"clouds.{setup.Name}.{name}", value, allowed));
            }
        }

        // Ranges too, so that all that is wrong is said at once.
        try
        {
            options.Check();
        }
        catch (InputException error)
        {
            // Not only of options that are written: a default may be what does not go with them.
            errors.AddRange(error.Errors.Select(wrong => Named(setup, wrong)));
        }

        InputException.ThrowIfAny(errors);
        return options;
    }

    private static InputError Named(CloudSetup setup, InputError wrong) =>
        wrong.Field == LocalCloudOptions.DataField
            // It is an option of the server's; what asks for it is this one.
            ? new($"clouds.{setup.Name}.run_as", setup.Options["run_as"], $"a user whom {wrong.Value} keeps out: it must be {wrong.Allowed}")
            : wrong with { Field = $"clouds.{setup.Name}.{wrong.Field}", Value = setup.Options.GetValueOrDefault(wrong.Field, wrong.Value ?? "") };

    /// <returns>What is allowed, when this is not.</returns>
    private static string? Set(LocalCloudOptions options, string name, string value)
    {
        switch (name)
        {
            case "directory":
                options.Directory = value;
                return null;
            case "path":
                options.SearchPath = value;
                return null;
            case "control_group_parent":
                options.ControlGroupParent = value;
                return null;
            case "run_as":
                options.RunAs = value;
                return null;
            case "run_as_directory":
                options.RunAsDirectory = value;
                return null;
            case "stop_grace":
                return Take(Grace.Parse(value), grace => options.StopGrace = grace, Grace.Allowed);
            case "port_first":
                return Take(Number(value), port => options.PortFirst = port, "a number");
            case "port_last":
                return Take(Number(value), port => options.PortLast = port, "a number");
            case "logs_kept_max":
                return Take(Number(value), count => options.LogsKeptMax = count, "a number");
            case "spent_retention_hours":
                return Take(Number(value), hours => options.SpentRetention = TimeSpan.FromHours(hours), "a number");
            default:
                return $"no such option; allowed are {Known}";
        }
    }

    private static string? Take<T>(T? value, Action<T> take, string allowed) where T : struct
    {
        if (value is null)
        {
            return allowed;
        }

        take(value.Value);
        return null;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

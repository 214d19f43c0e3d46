using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Kit.Templates;
using Muster.Clouds.Local.Files;
using Muster.Core.Instances;

namespace Muster.Clouds.Local.Life;

/// <summary>Builds the environment of an instance from nothing: what the server was given, tokens above all, is not passed on.</summary>
internal static class InstanceEnvironment
{
    /// <summary>The variable by which a process is known to belong to a launch.</summary>
    public const string LaunchVariable = "MUSTER_LAUNCH";

    // Which of the server's own variables an instance gets: none of them can hold a secret.
    private static readonly string[] PassedOn = ["LANG", "TZ", "USER", "LOGNAME"];

    private static readonly (string Variable, string Tag)[] FromTags =
    [
        ("MUSTER_INSTALLATION", MusterTags.Installation),
        ("MUSTER_ACCOUNT", MusterTags.Account),
        ("MUSTER_GROUP", MusterTags.Group),
        ("MUSTER_GROUP_NAME", MusterTags.GroupName),
        ("MUSTER_TEMPLATE", MusterTags.Template),
    ];

    /// <summary>Builds it, as <c>NAME=value</c>.</summary>
    public static ImmutableArray<string> Build(
        InstanceRecord record, string directory, string searchPath, bool hasUserData, ImmutableSortedDictionary<string, string> metadata)
    {
        var home = record.Home ?? directory;
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = searchPath,
            ["HOME"] = LocalFiles.WorkPath(home),
            ["PWD"] = LocalFiles.WorkPath(home),
            ["TMPDIR"] = LocalFiles.TemporaryPath(home),
            ["LANG"] = "C.UTF-8",
            ["SHELL"] = "/bin/sh",
            ["PORT"] = record.Port.ToString(CultureInfo.InvariantCulture),
            ["MUSTER_INSTANCE_ID"] = record.Launch.ToString(),
            ["MUSTER_INSTANCE_NAME"] = record.Name,
            [LaunchVariable] = record.Launch.ToString(),
            ["MUSTER_DATA"] = LocalFiles.WorkPath(home),
        };
        foreach (var name in PassedOn)
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
            {
                variables[name] = value;
            }
        }

        if (record.RunAs is { } user)
        {
            variables["USER"] = variables["LOGNAME"] = user;
        }

        foreach (var (variable, tag) in FromTags)
        {
            if (record.Tags.TryGetValue(tag, out var value))
            {
                variables[variable] = value;
            }
        }

        if (record.Zone is { } zone)
        {
            variables["MUSTER_ZONE"] = zone;
        }

        if (record.Interruptible is true)
        {
            variables[LocalNotice.Variable] = LocalFiles.NoticePath(home);
        }

        if (hasUserData)
        {
            variables[MetadataVariables.UserDataFile] = LocalFiles.UserDataPath(home);
        }

        foreach (var (variable, value) in metadata)
        {
            variables[variable] = value;
        }

        return [.. variables.Select(variable => $"{variable.Key}={variable.Value}")];
    }
}

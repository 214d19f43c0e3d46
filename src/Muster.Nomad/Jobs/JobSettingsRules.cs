using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Core;

namespace Muster.Nomad.Jobs;

/// <summary>What <see cref="JobSettings"/> may say.</summary>
public static partial class JobSettingsRules
{
    private static readonly string[] Archives = [".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip"];

    /// <summary>Throws with every wrong setting when there is one.</summary>
    /// <param name="settings">What is checked.</param>
    /// <param name="path">What the settings' fields begin with in messages: <c>nomad</c>.</param>
    /// <exception cref="InputException">At least one is wrong.</exception>
    public static void ThrowIfWrong(JobSettings settings, string path)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        CheckServer();
        Check("datacenters", string.Join(", ", settings.Datacenters), IsList(settings.Datacenters),
            "at least one name; no '*', which Nomad before 1.5 takes literally");
        Check(
            "node_pool",
            settings.NodePool,
            settings.NodePool is null || PoolPattern().IsMatch(settings.NodePool),
            "1 to 128 characters of A-Z a-z 0-9 _ -");
        Check("role", settings.Role, IsPlain(settings.Role), "a word without ${ and %{");
        Check("command", settings.Command, IsPlain(settings.Command), "the path of the executable on the clients, without ${ and %{");
        CheckIdentity();
        Check(
            "check_timeout",
            DurationText.Format(settings.Timeout),
            settings.Timeout >= TimeSpan.FromSeconds(10) && settings.Timeout <= TimeSpan.FromHours(1),
            "10s to 1h");
        CheckNumber("cpu_mhz", settings.CpuMegahertz, 1, 100_000);
        CheckNumber("memory_mb", settings.MemoryMegabytes, 10, 1_000_000);
        CheckNumber("priority", settings.Priority, 1, 100);
        CheckProgram();
        Check(
            "unit",
            "sweep",
            settings is not { Unit: JobUnit.Sweep, Task: JobTask.Ask },
            "group: the server checks groups one by one when it is asked");
        InputException.ThrowIfAny(errors);

        void CheckServer()
        {
            var url = ServerOf(settings.Server);
            Check("server", settings.Server, url is not null, "http://HOST:PORT or https://HOST:PORT, as Nomad's clients reach the server");
            Check("server", settings.Server, url is null || settings.Task is JobTask.Ask || url.Scheme is "https" || url.IsLoopback,
                "https://HOST:PORT: the server hands the task what opens a cloud (http to this machine alone, or with task = \"ask\")");
        }

        void CheckIdentity()
        {
            var isWorkload = settings.Identity is JobIdentity.Workload;
            Check(
                "identity",
                "workload",
                !isWorkload || settings.Task is JobTask.Scale,
                "token, or left out: a task that asks shows a token");
            Check(
                "task_token_file", settings.TokenFile, settings.TokenFile?.StartsWith('/') is not false, "an absolute path on the clients");
            Check("task_token_file", settings.TokenFile, !isWorkload || settings.Task is JobTask.Ask || settings.TokenFile is null,
                "left out: the task shows what Nomad says of it, unless identity = \"token\"");
            Check("task_token_file", settings.TokenFile, isWorkload || settings.Task is JobTask.Ask || settings.TokenFile is not null,
                "a file on the clients, since identity = \"token\"; {account} in it stands for the account's id");
        }

        void CheckProgram()
        {
            var isDocker = settings.Driver is JobDriver.Docker;
            Check(
                "image",
                settings.Image,
                isDocker == settings.Image is not null,
                isDocker ? "the image that the driver docker runs" : "left out unless the driver is docker");
            Check("artifact", Shown(settings.Artifact), settings.Artifact is null || (!isDocker && IsArtifact(settings.Artifact)),
                isDocker ? "left out: the driver docker has its image"
                    : $"the address of an archive ({string.Join(", ", Archives)}) without user, password or query: "
                        + "everybody who reads jobs sees it, and Nomad makes no plain file executable");
            Check("artifact_checksum", settings.ArtifactChecksum,
                settings.Artifact is null
                    ? settings.ArtifactChecksum is null
                    : settings.ArtifactChecksum is { } sum && ChecksumPattern().IsMatch(sum),
                settings.Artifact is null ? "left out where there is no artifact" : "sha256: and 64 hexadecimal digits");
        }

        void CheckNumber(string field, int value, int min, int max) =>
            Check(
                field,
                value.ToString(CultureInfo.InvariantCulture),
                value >= min && value <= max,
                string.Create(CultureInfo.InvariantCulture, $"{min} to {max}"));

        void Check(string field, string? value, bool isRight, string allowed)
        {
            if (!isRight)
            {
                errors.Add(new($"{path}.{field}", string.IsNullOrEmpty(value) ? null : value, allowed));
            }
        }
    }

    // Environment values know no escape, so nothing that Nomad would replace may stand in the one that the task gets.
    private static Uri? ServerOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        && url.UserInfo.Length == 0 && url.Query.Length == 0 && IsPlain(text)
            ? url
            : null;

    private static bool IsList(ImmutableArray<string> names) =>
        !names.IsDefaultOrEmpty && names.All(name => name.Length > 0 && !name.Contains('*') && IsPlain(name));

    private static bool IsArtifact(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        && url.UserInfo.Length == 0 && url.Query.Length == 0
        && Archives.Any(end => url.AbsolutePath.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    /// <summary>What stands before a host or after a question mark may be a secret.</summary>
    private static string? Shown(string? address) => address?.IndexOfAny(['@', '?']) >= 0 ? "an address with a user or a query" : address;

    private static bool IsPlain(string? text) =>
        text is null
        || (text.Length > 0 && !text.Contains("${", StringComparison.Ordinal) && !text.Contains("%{", StringComparison.Ordinal));

    [GeneratedRegex("^sha256:[0-9a-f]{64}$", RegexOptions.IgnoreCase)]
    private static partial Regex ChecksumPattern();

    [GeneratedRegex("^[A-Za-z0-9_-]{1,128}$")]
    private static partial Regex PoolPattern();
}

using System.Globalization;
using System.Text;

using Muster.Cli.Configuration;

namespace Muster.Cli.Simulating;

/// <summary>A simulated cloud in this process, and a configuration that names it. The machines end with it; its files stay.</summary>
/// <param name="simulator">What answers; ended with this.</param>
/// <param name="kind">The kind of cloud; the cloud is called so, too.</param>
/// <param name="data">The data directory of this Muster.</param>
internal abstract class SimulatedCloud(IAsyncDisposable simulator, string kind, string data) : IAsyncDisposable
{
    /// <summary>The source of traffic through which groups use its load balancers, where it has some.</summary>
    private const string BalancerSource = "lb";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What people call it: <c>Triton</c>.</summary>
    public abstract string Title { get; }

    /// <summary>Where it is.</summary>
    public abstract string Url { get; }

    /// <summary>
    /// What a template that works there says, as options of <c>muster template create</c>: image, size and what else it needs.
    /// </summary>
    public abstract string Template { get; }

    /// <summary>
    /// What a group says of a set of members of its load balancers, as <c>--traffic</c> has it behind the source; null where it has none.
    /// </summary>
    public virtual string? Members => null;

    /// <summary>Requests that it answered, by what they ask and by status.</summary>
    public abstract IReadOnlyDictionary<(string Call, int Status), int> Calls { get; }

    /// <summary>How another client is shown it, as lines to type below a sentence; empty where there is none to name.</summary>
    public virtual string OtherClient => "";

    /// <summary>The cloud that speaks to it.</summary>
    public CloudConfig Cloud
    {
        get
        {
            var cloud = new CloudConfig { Name = kind, Kind = kind };
            foreach (var (name, value) in Options)
            {
                cloud.Options[name] = value;
            }

            return cloud;
        }
    }

    /// <summary>Its load balancers as a source of traffic; null where its kind has none.</summary>
    public TrafficConfig? Traffic => Members is not null
        ? new() { Name = BalancerSource, Kind = "cloud", Options = { ["cloud"] = kind, ["settle"] = "5s" } }
        : null;

    /// <summary>A <c>muster.toml</c> for commands that need no server.</summary>
    public string ConfigFile => Path.Combine(DirectoryOf(data, kind), "muster.toml");

    /// <summary>What the configuration of the cloud says.</summary>
    protected abstract IEnumerable<(string Name, string Value)> Options { get; }

    /// <summary>Makes the directory where a simulated cloud keeps its files, for its owner alone.</summary>
    public static string MakeDirectory(string data, string kind)
    {
        var directory = DirectoryOf(data, kind);
        foreach (var path in (string[])[data, directory])
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }

        return directory;
    }

    /// <summary>Writes a file that holds a secret, for its owner alone, unless it is there.</summary>
    public static void WriteSecret(string path, string text)
    {
        if (File.Exists(path))
        {
            return;
        }

        using var file = new FileStream(
            path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        using var writer = new StreamWriter(file);
        writer.Write(text);
    }

    /// <summary>Writes <see cref="ConfigFile"/>.</summary>
    public Task WriteConfigAsync()
    {
        var toml = new StringBuilder();
        toml.Append(
            CultureInfo.InvariantCulture,
            $"""
            # Written by 'muster dev --simulate {kind}' at each start: the simulated cloud of that process.
            data = '{data}'

            [[cloud]]
            name = "{kind}"
            kind = "{kind}"

            [cloud.options]

            """);
        foreach (var (name, value) in Options)
        {
            toml.Append(CultureInfo.InvariantCulture, $"{name} = '{value}'\n");
        }

        return File.WriteAllTextAsync(ConfigFile, toml.ToString());
    }

    /// <summary>What <c>muster dev</c> says of it: what it is, and what to type.</summary>
    public string Greeting
    {
        get
        {
            var template = $"--cloud {kind} {Template}";
            var text =
                $"""

                A simulated {Title} answers at {Url}; its machines are records, and end with this process.
                  muster cloud check {kind}
                  muster template create machine {template}
                  muster group create fleet --template machine --capacity 3
                  muster group wait fleet
                  muster scale --config '{ConfigFile}' --group job --count 2 {template}
                """;
            if (Members is not null)
            {
                text +=
                    $"""


                    Its load balancers are the source of traffic {BalancerSource}:
                      muster group update fleet --traffic {BalancerSource},{Members} --drain-through {BalancerSource} --drain-deadline 1m
                    """;
            }

            return OtherClient is "" ? text : $"{text}\n\n{OtherClient}";
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => simulator.DisposeAsync();

    private static string DirectoryOf(string data, string kind) => Path.Combine(data, $"simulated-{kind}");
}

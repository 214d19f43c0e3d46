using System.Collections.Immutable;

using Muster.Clouds.Conformance;
using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Simulated;

/// <summary>A cloud on a simulator of its wire, with a directory for what it is opened with.</summary>
/// <param name="kind">The kind of the cloud.</param>
/// <param name="name">What the cloud is called.</param>
/// <param name="simulator">What answers; ended with this.</param>
/// <param name="options">How that behaves.</param>
/// <param name="timeProvider">The cloud's clock.</param>
internal abstract class SimulatedHarness(
    string kind, string name, IAsyncDisposable simulator, SimulatorOptions options, TimeProvider timeProvider) : CloudHarness
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory($"muster-{kind}-");
    private ICloud? _cloud;

    /// <summary>A directory of its own.</summary>
    public string Root => _directory.FullName;

    /// <summary>What the cloud says for the log.</summary>
    public List<string> Said { get; } = [];

    public override ICloud Cloud => _cloud!;

    public override IRandomSource Random { get; } = new SystemRandomSource();

    /// <summary>The simulator's, which is known; of the real one nobody knows it.</summary>
    public override TimeSpan ListingLagMax => options.Lag * 2;

    /// <summary>Half of what is asked from then on is carried out, and none of it answered.</summary>
    public override Func<CancellationToken, Task>? CuttingOff => _ =>
    {
        options.Faults = request => request.Number % 2 == 0 ? new Fault.LostAnswer() : new Fault.Reset();
        return Task.CompletedTask;
    };

    public override Task ComeBackAsync(CancellationToken cancellationToken)
    {
        options.Faults = _ => null;
        return Task.CompletedTask;
    }

    /// <summary>The options that the cloud needs.</summary>
    protected abstract IEnumerable<(string Name, string Value)> CloudOptions { get; }

    /// <summary>Another connection to the same simulator; options given here win, and an empty one is left out.</summary>
    public ICloud Open(params (string Name, string Value)[] given) => Opened.Now(kind, Setup(given));

    /// <inheritdoc cref="Open((string, string)[])"/>
    /// <param name="say">Gets what it says.</param>
    /// <param name="given">Options.</param>
    public ICloud Open(Action<string> say, params (string Name, string Value)[] given) => Opened.Now(kind, Setup(given) with { Say = say });

    /// <summary>What a cloud is opened with; options given here win, and an empty one is left out.</summary>
    public CloudSetup Setup(params (string Name, string Value)[] given)
    {
        var all = CloudOptions.ToDictionary(option => option.Name, option => option.Value, StringComparer.Ordinal);
        foreach (var (option, value) in given)
        {
            all[option] = value;
        }

        return new()
        {
            Name = name,
            DataDirectory = Root,
            Options = all.Where(option => option.Value.Length > 0).ToImmutableSortedDictionary(StringComparer.Ordinal),
            Say = line =>
            {
                lock (Said)
                {
                    Said.Add(line);
                }
            },
            Time = timeProvider,
            Random = Random,
        };
    }

    /// <summary>Writes a file that is its owner's alone.</summary>
    /// <returns>Its path.</returns>
    public string Write(string file, string text)
    {
        var path = Path.Combine(Root, file);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    /// <summary>A launch of the good template.</summary>
    public LaunchRequest Request() => Request(GoodTemplate());

    /// <summary>A launch, named as the engine names instances.</summary>
    public static LaunchRequest Request(Template template)
    {
        var request = Local.Requests.Make(template);
        return request with { Name = $"web-{request.Launch.Value.ToString("N")[..12]}" };
    }

    /// <summary>Everything that the cloud lists of the tests' installation.</summary>
    public Task<Instance[]> ListAsync() => ListAllAsync(Cloud);

    /// <summary>Everything that the cloud lists so.</summary>
    public Task<Instance[]> ListAsync(InstanceFilter filter) => ListAllAsync(Cloud, filter);

    /// <summary>Everything that a cloud lists; of the tests' installation unless said otherwise.</summary>
    public static async Task<Instance[]> ListAllAsync(ICloud cloud, InstanceFilter? filter = null)
    {
        var listed = new List<Instance>();
        await foreach (var page in cloud.ListAsync(filter ?? new(Local.Requests.Installation), TestContext.Current.CancellationToken))
        {
            listed.AddRange(page.Instances);
        }

        return [.. listed];
    }

    public override async ValueTask DisposeAsync()
    {
        if (_cloud is not null)
        {
            await _cloud.DisposeAsync();
        }

        await simulator.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    /// <summary>Opens the cloud under test.</summary>
    protected void Begin(params (string Name, string Value)[] given) => _cloud = Open(given);
}

using System.Collections.Immutable;

using Muster.Api.Client;
using Muster.Core;
using Muster.Terraform.Clouds;
using Muster.Terraform.Connections;
using Muster.Terraform.Findings;
using Muster.Terraform.Groups;
using Muster.Terraform.Instances;
using Muster.Terraform.Logs;
using Muster.Terraform.Policies;
using Muster.Terraform.Resources;
using Muster.Terraform.Templates;
using Muster.Terraform.Values;

namespace Muster.Terraform.Providers;

/// <summary>The provider: what it has, and the server it is configured for.</summary>
internal sealed class MusterProvider(
    Func<string, string?> environment, PluginLog log, TimeProvider timeProvider, IRandomSource random) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Connection? _connection;

    /// <summary>Everything that Terraform makes, changes and destroys.</summary>
    public static ImmutableArray<IResource> Resources { get; } = [new TemplateResource(), new GroupResource(), new PolicyResource()];

    /// <summary>Everything that a configuration can look up.</summary>
    public static ImmutableArray<IDataSource> DataSources { get; } =
        [new TemplateDataSource(), new GroupDataSource(), new PolicyDataSource(), new InstancesDataSource(), new CloudDataSource()];

    /// <summary>The server; null when where it is depends on what is not there yet.</summary>
    public Connection? Server => _connection;

    public PluginLog Log => log;

    public TimeProvider Time => timeProvider;

    /// <summary>Adds what is wrong with a provider block.</summary>
    public void Validate(Fields config, FindingList findings) => ProviderSettings.Read(config, environment, findings);

    /// <summary>
    /// Connects, and says hello: a server that is down or a token that is refused is told once here, and not again for each of two
    /// hundred groups.
    /// </summary>
    public async Task ConfigureAsync(Fields config, FindingList findings)
    {
        if (config.Object.Items.Values.Any(value => value.IsUnknown))
        {
            // It may be the address of a server that this very apply makes. Whoever needs it before then says so.
            return;
        }

        if (ProviderSettings.Read(config, environment, findings) is not { } settings)
        {
            return;
        }

        _connection?.Dispose();
        _connection = new(Client(settings), settings.RequestTimeout, log, timeProvider, random, _stopping.Token);
        var caller = await _connection.AskOnceAsync((server, token) => server.WhoAmIAsync(token));
        if (settings.Account is { } account && account != caller.AccountId)
        {
            findings.Invalid(
                AttributePath.Of("account"),
                $"{account}",
                $"the token belongs to account {caller.AccountId}, and nothing is done in another than this one");
        }
    }

    /// <summary>The server, which must be known by now.</summary>
    /// <exception cref="ValueException">It is not.</exception>
    public Connection Needed() => _connection
        ?? throw new ValueException("the provider's own configuration is not known yet, since it depends on what this apply makes");

    /// <summary>Ends waits; requests in flight are finished.</summary>
    public void Stop() => _stopping.Cancel();

    public void Dispose()
    {
        _connection?.Dispose();
        _stopping.Dispose();
    }

    private MusterClient Client(ProviderSettings settings) =>
        new(settings.Address, settings.Token, new RequestLog(settings.Handler(), log, timeProvider), timeProvider);
}

using Google.Protobuf;

using Muster.Core;
using Muster.Terraform.Logs;
using Muster.Terraform.Providers;
using Muster.Terraform.Resources;
using Muster.Terraform.Values;
using Muster.Terraform.Wire;

namespace Muster.Terraform.Tests.Support;

/// <summary>The provider's service, called as Terraform calls it, with Terraform's checks of every answer.</summary>
internal sealed class ConfiguredProvider : IDisposable
{
    private readonly MusterProvider _provider;

    public ConfiguredProvider(TextWriter? log = null, TimeProvider? timeProvider = null)
    {
        _provider = new(
            _ => null,
            new PluginLog(log ?? TextWriter.Null, PluginLogLevel.Trace, TimeProvider.System),
            timeProvider ?? TimeProvider.System,
            new SystemRandomSource());
        Service = new(_provider);
    }

    public ProviderService Service { get; }

    /// <summary>A provider for that server.</summary>
    public static async Task<ConfiguredProvider> ForAsync(RunningServer server, TextWriter? log = null, TimeProvider? timeProvider = null)
    {
        var made = new ConfiguredProvider(log, timeProvider);
        // The longest, since a test's time may run fast.
        Good(await made.ConfigureAsync(("address", Value.Of(server.Client.Address.ToString())), ("request_timeout", Value.Of("10m"))));
        return made;
    }

    public async Task<IReadOnlyList<Diagnostic>> ConfigureAsync(
        params (string Name, Value Value)[] settings) => (await Service.ConfigureProvider(
            new() { TerraformVersion = "1.11.4", Config = DynamicValues.Write(ProviderSettings.Schema.Fill(settings)) })).Diagnostics;

    public async Task<IReadOnlyList<Diagnostic>> ValidateAsync(IResource resource, Value config) => (await Service.ValidateResourceConfig(
        new() { TypeName = resource.TypeName, Config = DynamicValues.Write(config) })).Diagnostics;

    public async Task<PlanResourceChangeResponse> PlanAsync(IResource resource, Value prior, Value config)
    {
        // As both come to it: a number that is no binary fraction is a text on the wire.
        (prior, config) = (Sent(prior), Sent(config));
        var response = await Service.PlanResourceChange(
            new()
            {
                TypeName = resource.TypeName,
                PriorState = DynamicValues.Write(prior),
                Config = DynamicValues.Write(config),
                ProposedNewState = DynamicValues.Write(
                    config is Value.Mapping written ? TerraformCore.Propose(resource.Schema.Attributes, prior, written) : Value.Null),
                PriorPrivate = ByteString.CopyFromUtf8("kept"),
            });
        Assert.Equal("kept", response.PlannedPrivate.ToStringUtf8());
        if (config is Value.Mapping known)
        {
            TerraformCore.CheckPlan(resource.Schema.Attributes, prior, known, (Value.Mapping)DynamicValues.Read(response.PlannedState));
        }

        return response;
    }

    /// <summary>Plans and applies; what comes of it, with what there is to tell.</summary>
    public async Task<(Value State, IReadOnlyList<Diagnostic> Diagnostics)> TryApplyAsync(IResource resource, Value prior, Value config)
    {
        var plan = await PlanAsync(resource, prior, config);
        var response = await Service.ApplyResourceChange(
            new()
            {
                TypeName = resource.TypeName,
                PriorState = DynamicValues.Write(prior),
                PlannedState = plan.PlannedState,
                Config = DynamicValues.Write(config),
            });
        return (DynamicValues.Read(response.NewState), [.. plan.Diagnostics, .. response.Diagnostics]);
    }

    /// <summary>Applies what must go well, and makes sure that it has come to rest.</summary>
    public async Task<Value.Mapping> ApplyAsync(IResource resource, Value prior, Value.Mapping config)
    {
        var planned = DynamicValues.Read((await PlanAsync(resource, prior, config)).PlannedState);
        var (state, diagnostics) = await TryApplyAsync(resource, prior, config);
        Good(diagnostics);
        TerraformCore.CheckApplied(planned, state);
        var read = await ReadAsync(resource, state);
        Assert.Equal(read, DynamicValues.Read((await PlanAsync(resource, read, config)).PlannedState));
        return (Value.Mapping)read;
    }

    public async Task<Value> ReadAsync(IResource resource, Value state)
    {
        var response = await Service.ReadResource(
            new() { TypeName = resource.TypeName, CurrentState = DynamicValues.Write(state), Private = ByteString.CopyFromUtf8("kept") });
        Good(response.Diagnostics);
        Assert.Equal("kept", response.Private.ToStringUtf8());
        return DynamicValues.Read(response.NewState);
    }

    public async Task<ReadDataSourceResponse> LookUpAsync(IDataSource source, params (string Name, Value Value)[] config) =>
        await Service.ReadDataSource(new() { TypeName = source.TypeName, Config = DynamicValues.Write(source.Schema.Fill(config)) });

    public static void Good(IEnumerable<Diagnostic> diagnostics) =>
        Assert.Empty(diagnostics.Select(diagnostic => $"{diagnostic.Summary}: {diagnostic.Detail}"));

    private static Value Sent(Value value) => DynamicValues.Read(DynamicValues.Write(value));

    public void Dispose() => _provider.Dispose();
}

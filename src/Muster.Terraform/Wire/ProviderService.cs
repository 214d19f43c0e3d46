using System.Globalization;
using System.Runtime.CompilerServices;

using Google.Protobuf;
using Google.Protobuf.Collections;

using Muster.Terraform.Connections;
using Muster.Terraform.Findings;
using Muster.Terraform.Logs;
using Muster.Terraform.Planning;
using Muster.Terraform.Providers;
using Muster.Terraform.Resources;
using Muster.Terraform.Rpc;
using Muster.Terraform.Values;

namespace Muster.Terraform.Wire;

/// <summary>Terraform's calls, one method each. No exception leaves here: what goes wrong becomes a diagnostic.</summary>
internal sealed class ProviderService(MusterProvider provider)
{
    private static readonly ServerCapabilities Capabilities = new() { PlanDestroy = true, GetProviderSchemaOptional = true };

    public static Task<GetMetadataResponse> GetMetadata(GetMetadataRequest request)
    {
        var response = new GetMetadataResponse { ServerCapabilities = Capabilities };
        response.Resources.AddRange(MusterProvider.Resources.Select(resource => new TypeMetadata { TypeName = resource.TypeName }));
        response.DataSources.AddRange(MusterProvider.DataSources.Select(source => new TypeMetadata { TypeName = source.TypeName }));
        return Task.FromResult(response);
    }

    public static Task<GetProviderSchemaResponse> GetProviderSchema(GetProviderSchemaRequest request)
    {
        var response = new GetProviderSchemaResponse
        {
            Provider = WireSchemas.Write(ProviderSettings.Schema),
            ServerCapabilities = Capabilities,
        };
        foreach (var resource in MusterProvider.Resources)
        {
            response.ResourceSchemas.Add(resource.TypeName, WireSchemas.Write(resource.Schema));
        }

        foreach (var source in MusterProvider.DataSources)
        {
            response.DataSourceSchemas.Add(source.TypeName, WireSchemas.Write(source.Schema));
        }

        return Task.FromResult(response);
    }

    public static Task<GetFunctionsResponse> GetFunctions(GetFunctionsRequest request) =>
        Task.FromResult(new GetFunctionsResponse());

    public async Task<ValidateProviderConfigResponse> ValidateProviderConfig(ValidateProviderConfigRequest request)
    {
        var response = new ValidateProviderConfigResponse();
        await TellAsync(response.Diagnostics, "Cannot read the provider's configuration", AttributePathOfProvider, findings =>
        {
            provider.Validate(Fields.Of(DynamicValues.Read(request.Config)), findings);
            return Task.CompletedTask;
        });
        return response;
    }

    public async Task<ConfigureProviderResponse> ConfigureProvider(ConfigureProviderRequest request)
    {
        var response = new ConfigureProviderResponse();
        provider.Log.Write(PluginLogLevel.Info, "configuring", ("terraform", request.TerraformVersion));
        var config = Value.Null;
        // Terraform shows the user's line of an attribute only if it is there.
        await TellAsync(
            response.Diagnostics,
            "Cannot configure the provider",
            field => config is Value.Mapping written && new Fields(written).IsGiven(field) ? AttributePathOfProvider(field) : null,
            findings =>
            {
                config = DynamicValues.Read(request.Config);
                return provider.ConfigureAsync(Fields.Of(config), findings);
            });
        return response;
    }

    public async Task<ValidateResourceConfigResponse> ValidateResourceConfig(ValidateResourceConfigRequest request)
    {
        var resource = Resource(request.TypeName);
        var response = new ValidateResourceConfigResponse();
        await TellAsync(response.Diagnostics, "Cannot read the configuration", NoPlace, findings =>
        {
            resource.Validate(Fields.Of(DynamicValues.Read(request.Config)), findings);
            return Task.CompletedTask;
        });
        return response;
    }

    public async Task<ValidateDataResourceConfigResponse> ValidateDataResourceConfig(ValidateDataResourceConfigRequest request)
    {
        var source = DataSource(request.TypeName);
        var response = new ValidateDataResourceConfigResponse();
        await TellAsync(response.Diagnostics, "Cannot read the configuration", field => ApiFields.Place(source.Schema, field), findings =>
        {
            source.Validate(Fields.Of(DynamicValues.Read(request.Config)), findings);
            return Task.CompletedTask;
        });
        return response;
    }

    public async Task<UpgradeResourceStateResponse> UpgradeResourceState(UpgradeResourceStateRequest request)
    {
        var resource = Resource(request.TypeName);
        var response = new UpgradeResourceStateResponse();
        await TellAsync(response.Diagnostics, $"Cannot read the state of {resource.TypeName}", NoPlace, findings =>
        {
            if (request.Version > Schemas.Schema.Version)
            {
                throw new ValueException(
                    $"it was written by a newer version of the provider (schema {request.Version}; "
                    + $"this one knows {Schemas.Schema.Version}). Use that version or a later one");
            }

            response.UpgradedState = DynamicValues.Write(
                resource.Schema.Conform(JsonValues.Read((request.RawState?.Json ?? ByteString.Empty).Span)));
            return Task.CompletedTask;
        });
        return response;
    }

    public async Task<ReadResourceResponse> ReadResource(ReadResourceRequest request)
    {
        var resource = Resource(request.TypeName);
        var response = new ReadResourceResponse { NewState = request.CurrentState, Private = request.Private };
        await TellAsync(response.Diagnostics, $"Cannot read {resource.TypeName}", NoPlace, async findings =>
        {
            var state = DynamicValues.Read(request.CurrentState);
            response.NewState = DynamicValues.Write(
                state.IsNull ? Value.Null : await resource.ReadAsync(Fields.Of(state), provider.Needed()));
        });
        return response;
    }

    public async Task<PlanResourceChangeResponse> PlanResourceChange(PlanResourceChangeRequest request)
    {
        var resource = Resource(request.TypeName);
        var response = new PlanResourceChangeResponse { PlannedState = request.ProposedNewState, PlannedPrivate = request.PriorPrivate };
        await TellAsync(response.Diagnostics, $"Cannot plan {resource.TypeName}", NoPlace, async findings =>
        {
            var proposed = DynamicValues.Read(request.ProposedNewState);
            if (proposed.IsNull)
            {
                return;
            }

            var draft = ChangePlanner.Plan(
                resource.Schema, DynamicValues.Read(request.PriorState), DynamicValues.Read(request.Config), proposed, resource.Refine);
            response.PlannedState = DynamicValues.Write(draft.Planned);
            response.RequiresReplace.AddRange(draft.Replaces.Select(WireFindings.Write));
            if (draft.IsChange && provider.Server is { } server)
            {
                await resource.CheckAsync(draft, server, findings);
            }
        });
        return response;
    }

    public async Task<ApplyResourceChangeResponse> ApplyResourceChange(ApplyResourceChangeRequest request)
    {
        var resource = Resource(request.TypeName);
        // Until something else is known to be so, what was so before still is.
        var response = new ApplyResourceChangeResponse { NewState = request.PriorState, Private = request.PlannedPrivate };
        var (prior, planned, config) = (Value.Null, Value.Null, Value.Null);
        Findings.AttributePath? Place(string field) => config is Value.Mapping written ? resource.Place(field, new(written)) : null;
        await TellAsync(response.Diagnostics, $"Cannot read the change of {resource.TypeName}", NoPlace, findings =>
        {
            (prior, planned, config) = (
                DynamicValues.Read(request.PriorState),
                DynamicValues.Read(request.PlannedState),
                DynamicValues.Read(request.Config));
            return Task.CompletedTask;
        });
        if (response.Diagnostics.Count > 0)
        {
            return response;
        }

        var verb = prior.IsNull ? "create" : planned.IsNull ? "delete" : "change";
        await TellAsync(
            response.Diagnostics,
            $"Cannot {verb} {Named(resource.TypeName, planned.IsNull ? prior : planned)}",
            Place,
            async findings =>
            {
                response.NewState = DynamicValues.Write(await ApplyAsync(resource, prior, planned, config, findings));
            });
        return response;
    }

    public async Task<ImportResourceStateResponse> ImportResourceState(ImportResourceStateRequest request)
    {
        var resource = Resource(request.TypeName);
        var response = new ImportResourceStateResponse();
        await TellAsync(response.Diagnostics, $"Cannot import {resource.TypeName} '{request.Id}'", NoPlace, async findings =>
        {
            var state = await resource.ImportAsync(request.Id, provider.Needed());
            response.ImportedResources.Add(new ImportedResource { TypeName = resource.TypeName, State = DynamicValues.Write(state) });
        });
        return response;
    }

    public async Task<ReadDataSourceResponse> ReadDataSource(ReadDataSourceRequest request)
    {
        var source = DataSource(request.TypeName);
        var response = new ReadDataSourceResponse();
        await TellAsync(
            response.Diagnostics,
            $"Cannot look up {source.TypeName}",
            field => ApiFields.Place(source.Schema, field),
            async findings =>
            {
                response.State = DynamicValues.Write(
                    await source.ReadAsync(Fields.Of(DynamicValues.Read(request.Config)), provider.Needed()));
            });
        return response;
    }

    public Task<StopProviderResponse> StopProvider(StopProviderRequest request)
    {
        provider.Log.Write(PluginLogLevel.Info, "told to stop");
        provider.Stop();
        return Task.FromResult(new StopProviderResponse());
    }

    private async Task<Value> ApplyAsync(IResource resource, Value prior, Value planned, Value config, FindingList findings)
    {
        var server = provider.Needed();
        if (planned.IsNull)
        {
            await resource.DeleteAsync(Fields.Of(prior), server);
            return Value.Null;
        }

        return prior.IsNull
            ? await resource.CreateAsync(Fields.Of(planned), server, findings)
            : await resource.UpdateAsync(Fields.Of(prior), Fields.Of(planned), Fields.Of(config), server, findings);
    }

    private async Task TellAsync(
        RepeatedField<Diagnostic> diagnostics, string what, Func<string, Findings.AttributePath?> place, Func<FindingList, Task> work,
        [CallerMemberName] string call = "")
    {
        var findings = new FindingList();
        var start = provider.Time.GetTimestamp();
        try
        {
            await work(findings);
        }
        catch (Exception error)
        {
            provider.Log.Write(PluginLogLevel.Debug, "failed", ("what", what), ("error", error.ToString()));
            Translation.Add(findings, error, what, place);
        }

        diagnostics.AddRange(findings.All.Select(WireFindings.Write));
        provider.Log.Write(
            PluginLogLevel.Debug, "called", ("call", call),
            ("elapsed_ms", provider.Time.GetElapsedTime(start).TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture)));
    }

    private static string Named(string typeName, Value value)
    {
        var kind = typeName["muster_".Length..];
        return value is Value.Mapping mapping && new Fields(mapping)["name"] is Value.Text name ? $"{kind} {name.Content}" : $"the {kind}";
    }

    private static Findings.AttributePath? AttributePathOfProvider(string field) => Findings.AttributePath.Of(field);

    private static Findings.AttributePath? NoPlace(string field) => null;

    private static IResource Resource(string typeName) =>
        MusterProvider.Resources.FirstOrDefault(resource => resource.TypeName == typeName)
        ?? throw new RpcException(RpcStatus.InvalidArgument, $"this provider has no resource {typeName}");

    private static IDataSource DataSource(string typeName) =>
        MusterProvider.DataSources.FirstOrDefault(source => source.TypeName == typeName)
        ?? throw new RpcException(RpcStatus.InvalidArgument, $"this provider has no data source {typeName}");
}

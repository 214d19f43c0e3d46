using Muster.Terraform.Logs;
using Muster.Terraform.Rpc;
using Muster.Terraform.Wire;

namespace Muster.Terraform.Plugin;

/// <summary>Everything that Terraform can call, by its name in the two protocols.</summary>
internal static class PluginMethods
{
    private const string Calls = "/tfplugin6.Provider/";

    public static RpcMethods Make(ProviderService provider, PluginLifetime lifetime, PluginLog log)
    {
        var methods = new RpcMethods(log);
        AddProvider(methods, provider);
        methods.Add("/plugin.GRPCController/Shutdown", PluginEmpty.Parser, new ControllerService(lifetime).Shutdown);
        methods.AddSilent("/plugin.GRPCStdio/StreamStdio", new StdioService(lifetime, log).StreamStdioAsync);
        methods.AddSilent("/plugin.GRPCBroker/StartStream", new BrokerService(lifetime).StartStreamAsync);
        return methods;
    }

    private static void AddProvider(RpcMethods methods, ProviderService provider)
    {
        methods.Add($"{Calls}GetMetadata", GetMetadataRequest.Parser, ProviderService.GetMetadata);
        methods.Add($"{Calls}GetProviderSchema", GetProviderSchemaRequest.Parser, ProviderService.GetProviderSchema);
        methods.Add($"{Calls}GetFunctions", GetFunctionsRequest.Parser, ProviderService.GetFunctions);
        methods.Add($"{Calls}ValidateProviderConfig", ValidateProviderConfigRequest.Parser, provider.ValidateProviderConfig);
        methods.Add($"{Calls}ConfigureProvider", ConfigureProviderRequest.Parser, provider.ConfigureProvider);
        methods.Add($"{Calls}ValidateResourceConfig", ValidateResourceConfigRequest.Parser, provider.ValidateResourceConfig);
        methods.Add($"{Calls}ValidateDataResourceConfig", ValidateDataResourceConfigRequest.Parser, provider.ValidateDataResourceConfig);
        methods.Add($"{Calls}UpgradeResourceState", UpgradeResourceStateRequest.Parser, provider.UpgradeResourceState);
        methods.Add($"{Calls}ReadResource", ReadResourceRequest.Parser, provider.ReadResource);
        methods.Add($"{Calls}PlanResourceChange", PlanResourceChangeRequest.Parser, provider.PlanResourceChange);
        methods.Add($"{Calls}ApplyResourceChange", ApplyResourceChangeRequest.Parser, provider.ApplyResourceChange);
        methods.Add($"{Calls}ImportResourceState", ImportResourceStateRequest.Parser, provider.ImportResourceState);
        methods.Add($"{Calls}ReadDataSource", ReadDataSourceRequest.Parser, provider.ReadDataSource);
        methods.Add($"{Calls}StopProvider", StopProviderRequest.Parser, provider.StopProvider);
    }
}

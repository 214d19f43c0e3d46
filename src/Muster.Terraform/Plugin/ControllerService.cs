using Grpc.Core;

using Muster.Terraform.Wire;

namespace Muster.Terraform.Plugin;

/// <summary>Hears that it is over. Two seconds after it, a plugin that still runs is killed.</summary>
internal sealed class ControllerService(PluginLifetime lifetime) : GRPCController.GRPCControllerBase
{
    public override Task<PluginEmpty> Shutdown(PluginEmpty request, ServerCallContext context)
    {
        lifetime.End();
        return Task.FromResult(new PluginEmpty());
    }
}

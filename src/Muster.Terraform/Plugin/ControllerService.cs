using Muster.Terraform.Wire;

namespace Muster.Terraform.Plugin;

/// <summary>Hears that it is over. Two seconds after it, a plugin that still runs is killed.</summary>
internal sealed class ControllerService(PluginLifetime lifetime)
{
    public Task<PluginEmpty> Shutdown(PluginEmpty request)
    {
        lifetime.End();
        return Task.FromResult(new PluginEmpty());
    }
}

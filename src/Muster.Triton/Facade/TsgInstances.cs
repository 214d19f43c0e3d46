using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Instances;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Instances;
using Muster.Triton.Errors;
using Muster.Triton.Wire;

namespace Muster.Triton.Facade;

/// <summary>A group's machines, as the cloud shows them now.</summary>
internal sealed class TsgInstances(IStore store, TsgFinder finder, ICloudDirectory clouds, TimeProvider timeProvider)
{
    public async Task ListAsync(HttpContext http, Caller caller, string id)
    {
        var (group, template, _, _) = await finder.GetGroupAsync(caller.Account, id, http.RequestAborted);
        var cloud = clouds.Find(group.Account, template.Cloud) ?? throw TsgException.NotFound();
        var listed = await Listing.ReadAsync(
            cloud, new(store.Installation, group.Account, group.Id, Details: true), timeProvider, http.RequestAborted);
        var owned = listed
            .Where(instance => instance.IsOwnedBy(store.Installation, group.Id))
            .OrderBy(instance => instance.CreatedAt).ThenBy(instance => instance.Id);
        await TsgAnswers.WriteAsync(http, StatusCodes.Status200OK, TsgAnswers.List(owned, TsgMachine.Write));
    }
}

using Muster.Core.Templates;

namespace Muster.Core.Storage;

/// <summary>What Muster remembers: everything that the ports of this folder ask for. Knows nothing of clouds.</summary>
/// <remarks>
/// Who uses a store asks for the port that it needs; the composition root opens the whole. Every method throws <see
/// cref="StoreException"/> for what goes wrong, is atomic (all of it or nothing), and may be called from many threads and, where the store
/// allows it, many processes at once. Nothing is destroyed: delete archives. Of what policies
/// read and came to (<see cref="IReadingStore"/>, <see cref="ISteeringStore"/>) only the last is kept. A page's cursor that no listing gave
/// is an <see cref="InputException"/>. Times are kept to the microsecond. <c>Muster.Conformance</c> holds the suite that every
/// implementation passes.
/// </remarks>
public interface IStore
    : IStoreStatus, IPulseStore, ILeaseEnder, IRunStore, IGroupStore, IRevisionStore, IClaimStore, IMemberStore, IPolicyStore,
        ISteeringStore, IReadingStore, ITemplateStore, ITrailStore, IAccountStore, ITokenStore, IReportKeyStore, IAccountCredentials,
        IAsyncDisposable
{
    /// <inheritdoc/>
    Task<Template?> ICheckStore.FindTemplateAsync(GroupId group, TemplateId template, CancellationToken cancellationToken) =>
        FindTemplateAsync(template, cancellationToken);
}

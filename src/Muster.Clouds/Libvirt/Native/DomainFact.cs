namespace Muster.Clouds.Libvirt.Native;

/// <summary>A domain as it is now.</summary>
/// <param name="Uuid">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Mark">The element of Muster's in its metadata, as XML; null where it has none.</param>
/// <param name="State">A <c>virDomainState</c>.</param>
/// <param name="Reason">Why it is in that state: an enumeration for each state.</param>
/// <param name="Addresses">What the host's own networks leased to it.</param>
internal sealed record DomainFact(Guid Uuid, string Name, string? Mark, int State, int Reason, IReadOnlyList<string> Addresses);

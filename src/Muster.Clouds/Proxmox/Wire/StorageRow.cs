using System.Collections.Immutable;

namespace Muster.Clouds.Proxmox.Wire;

/// <summary>A storage as one node has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Node">The node.</param>
/// <param name="IsShared">Whether all nodes have the same.</param>
/// <param name="Content">What it may hold: <c>images</c>, <c>iso</c>, <c>snippets</c>.</param>
/// <param name="BytesFree">What is left; null where it is not known.</param>
internal sealed record StorageRow(string Name, string Node, bool IsShared, ImmutableArray<string> Content, long? BytesFree);

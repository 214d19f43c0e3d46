using System.Collections.Immutable;

namespace Muster.Server.Telling;

/// <summary>A command of the server's configuration that hooks may name.</summary>
/// <param name="Name">As hooks name it, behind <c>exec:</c>.</param>
/// <param name="Program">Its file; absolute.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record HookCommand(string Name, string Program, ImmutableArray<string> Arguments);

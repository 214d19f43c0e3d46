namespace Muster.Cli.Tests.Rooms;

/// <summary>That a type of one namespace uses a type of another.</summary>
/// <param name="From">The namespace that uses.</param>
/// <param name="To">The namespace that is used.</param>
/// <param name="User">The type in <paramref name="From"/>.</param>
/// <param name="Used">The type in <paramref name="To"/>.</param>
internal sealed record NamespaceUse(string From, string To, string User, string Used);

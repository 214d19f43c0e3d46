namespace Muster.Clouds.Local.Native;

/// <summary>Whose a file or directory is, and who may do what with it.</summary>
/// <param name="User">The owner's number.</param>
/// <param name="Group">The group's number.</param>
/// <param name="Mode">The permissions.</param>
internal readonly record struct FileOwner(uint User, uint Group, UnixFileMode Mode);

namespace Muster.Clouds.Libvirt.Native;

/// <summary>An object of the library's, given back when this is disposed.</summary>
/// <param name="pointer">The object.</param>
/// <param name="free">Gives it back.</param>
internal readonly struct Handle(nint pointer, Func<nint, int> free) : IDisposable
{
    /// <summary>The object.</summary>
    public nint Pointer => pointer;

    /// <inheritdoc/>
    public void Dispose() => free(pointer);
}

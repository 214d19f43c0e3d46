using System.Runtime.InteropServices;

namespace Muster.Cli.Terminals;

/// <summary>How wide the screen is.</summary>
/// <remarks>Asked of the system itself: <c>Console.WindowWidth</c> first reads the terminal's description and switches its keys.</remarks>
internal static partial class ScreenWidth
{
    private const int StandardOutput = 1;
    private const nuint AskSize = 0x5413;

    /// <summary>Columns of the terminal that standard output is; 0 when it does not say, or is none.</summary>
    public static int OfOutput()
    {
        // Elsewhere the call passes its arguments otherwise than the runtime would.
        if (!OperatingSystem.IsLinux())
        {
            return Console.IsOutputRedirected ? 0 : Console.WindowWidth;
        }

        var size = default(WindowSize);
        return Ioctl(StandardOutput, AskSize, ref size) == 0 ? size.Columns : 0;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Ioctl(int descriptor, nuint request, ref WindowSize size);

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelsAcross;
        public ushort PixelsDown;
    }
}

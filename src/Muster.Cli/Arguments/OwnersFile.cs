using Muster.Cli.Exits;

namespace Muster.Cli.Arguments;

/// <summary>New files that hold what is nobody else's business.</summary>
internal static class OwnersFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a file that only its owner may read and write. One that is there already is left as it is.</summary>
    /// <param name="file">Which.</param>
    /// <param name="bufferSize">Bytes that are kept until they are written together; 0 writes each piece at once.</param>
    /// <exception cref="CliException">There is one already, or none can be made.</exception>
    public static FileStream Create(FileInfo file, int bufferSize = 4096)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = bufferSize };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        try
        {
            return new(file.FullName, options);
        }
        catch (IOException error) when (File.Exists(file.FullName))
        {
            throw new CliException(
                ExitCode.Error, $"--output is '{file}': this file exists already, and is left as it is; name a new one", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Error, $"--output is '{file}': the file cannot be made ({error.Message})", error);
        }
    }
}

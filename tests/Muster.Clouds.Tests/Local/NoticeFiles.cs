namespace Muster.Clouds.Tests.Local;

/// <summary>Gives notice as an instance does that pretends to be taken back.</summary>
internal static class NoticeFiles
{
    /// <summary>Puts a file there that has its time from the first moment on.</summary>
    public static void Put(string path, DateTimeOffset leavingAt)
    {
        var staged = path + ".new";
        File.WriteAllBytes(staged, []);
        File.SetLastWriteTimeUtc(staged, leavingAt.UtcDateTime);
        File.Move(staged, path, overwrite: true);
    }
}

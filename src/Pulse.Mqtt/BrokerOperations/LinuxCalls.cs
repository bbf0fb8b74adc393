using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Pulse.Mqtt;

/// <summary>What the framework has no method for: fsync of a folder, and SIGHUP to another process.</summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxCalls
{
    private const int HangUp = 1;

    /// <exception cref="IOException">The folder cannot be opened or flushed; the rename in it may not outlive a power cut.</exception>
    public static void FlushFolder(string folder)
    {
        var descriptor = Open(folder, 0);
        if (descriptor < 0)
        {
            throw new IOException($"The folder '{folder}' cannot be opened: error {Marshal.GetLastPInvokeError()}.");
        }

        var result = FileSync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0)
        {
            throw new IOException($"The folder '{folder}' cannot be flushed: error {error}.");
        }
    }

    public static bool TryHangUp(int processId) => Kill(processId, HangUp) == 0;

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}

namespace Pulse.TestKit;

/// <summary>
/// Finds files of the checkout from a test. Not by the compiler's path of the source: a deterministic build writes another one.
/// </summary>
internal static class RepositoryRoot
{
    private static readonly string Root = Find();

    public static string Combine(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Pulse.Libraries.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Pulse.Libraries.sln.");
    }
}

using Pulse.ReferenceHost.Development;

namespace Pulse.ReferenceHost.Tests.MainJob;

/// <summary>Where the database goes, and that a reset finds it there.</summary>
public sealed class PostgresPlaceTests
{
    [Fact]
    public async Task A_folder_the_database_server_cannot_enter_puts_the_database_elsewhere_and_reset_removes_both()
    {
        var closed = Directory.CreateTempSubdirectory("pulse-closed-");
        using var folder = DevelopmentFolder.Open(Path.Combine(closed.FullName, ".pulse"));
        var secrets = await DevelopmentSecrets.LoadOrCreateAsync(folder, CancellationToken.None);

        var database = await DevelopmentDatabase.StartAsync(folder, secrets, durable: false, CancellationToken.None);
        await using (var source = database.OpenForInspection())
        {
            await using var command = source.CreateCommand("SELECT count(*) FROM public.tenant");
            Assert.Equal(2L, await command.ExecuteScalarAsync());
        }

        Assert.Equal(
            Environment.IsPrivilegedProcess,
            !database.DataDirectory.StartsWith(closed.FullName, StringComparison.Ordinal));

        await database.StopAsync(CancellationToken.None);
        folder.Delete();
        Assert.False(Directory.Exists(database.DataDirectory));
        Assert.False(Directory.Exists(folder.Root));
        closed.Delete();
    }
}

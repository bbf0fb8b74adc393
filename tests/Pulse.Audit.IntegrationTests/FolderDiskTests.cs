using Microsoft.Extensions.DependencyInjection;
using Pulse.ReferenceHost.Development;
using Pulse.TestKit;

namespace Pulse.Audit.IntegrationTests;

/// <summary>What the real file system does.</summary>
[Collection(PostgresTests.Name)]
public sealed class FolderDiskTests(PostgresFixture postgres) : IDisposable
{
    private readonly string _folder = Path.Combine("/tmp", "pulse-disk-" + Guid.NewGuid().ToString("N"));

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public void Nobody_else_may_read_the_folder_or_its_files()
    {
        using var disk = new FolderDisk(_folder);
        disk.Reserve("reserve", 4096);
        using var file = disk.Create("one", [1, 2, 3]);
        file.Append([4]);
        file.Synchronize();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder));
        Assert.All(Directory.EnumerateFiles(_folder), path => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)));
        Assert.Equal(["lock", "one", "owner", "reserve"], disk.List());
        file.Dispose();
        Assert.Equal([1, 2, 3, 4], disk.Read("one"));
    }

    [Fact]
    public void A_folder_that_is_open_to_others_is_refused()
    {
        Directory.CreateDirectory(_folder);
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead);

        var refusal = Assert.Throws<IOException>(() => new FolderDisk(_folder));

        Assert.Contains("chmod 0700", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_belongs_to_one_until_it_is_given_back()
    {
        using (new FolderDisk(_folder))
        {
            Assert.Throws<IOException>(() => new FolderDisk(_folder));
        }

        using var next = new FolderDisk(_folder);
        Assert.True(next.IsIntact(null));
    }

    [Fact]
    public void A_folder_that_was_deleted_renamed_or_replaced_is_noticed()
    {
        using var disk = new FolderDisk(_folder);
        disk.Create("one", [1]).Dispose();
        Assert.True(disk.IsIntact("one"));
        Assert.False(disk.IsIntact("two"));

        Directory.Move(_folder, _folder + "-away");
        Assert.False(disk.IsIntact(null));
        using (new FolderDisk(_folder))
        {
            Assert.False(disk.IsIntact(null));
        }

        Directory.Delete(_folder + "-away", recursive: true);
        Directory.Delete(_folder, recursive: true);
        disk.Restore();
        Assert.True(disk.IsIntact(null));
    }

    [Fact]
    public void Reserved_space_is_written_from_its_beginning_and_taken_back()
    {
        using var disk = new FolderDisk(_folder);
        disk.Reserve("reserve", 100_000);
        using (var file = disk.Adopt("reserve", "used", [1, 2]))
        {
            file.Append([3, 4]);
            file.Synchronize();
            Assert.Equal(4, file.Length);
            file.Truncate(2);
            Assert.Equal(2, file.Length);
        }

        Assert.Equal(["lock", "owner", "used"], disk.List());
        Assert.Equal([1, 2], disk.Read("used"));
    }

    [Fact]
    public async Task A_full_disk_uses_the_reserve_then_refuses_Critical_and_loses_nothing()
    {
        var name = await postgres.CreateDatabaseAsync();
        await using var database = new AuditDatabase((user, password) => postgres.ConnectionString(user, password, name), postgres.SuperuserConnectionString(name));
        await database.InitializeAsync();
        var mount = _folder + "-mount";
        Directory.CreateDirectory(mount);
        Assert.True(Environment.IsPrivilegedProcess, "This test mounts a small file system, which takes root: run it as root.");
        await Tool.RunAsync("mount", ["-t", "tmpfs", "-o", "size=512k,mode=0700", "tmpfs", mount], CancellationToken.None);
        try
        {
            // The table is locked: the database takes nothing while the disk fills.
            await using var other = await database.Superuser.OpenConnectionAsync();
            await using var transaction = await other.BeginTransactionAsync();
            await using var locking = new Npgsql.NpgsqlCommand("LOCK TABLE pulse_audit.stream_head IN ACCESS EXCLUSIVE MODE", other, transaction);
            await locking.ExecuteNonQueryAsync();
            using var host = await database.StartHostAsync(options =>
            {
                options.SpillFolder = mount;
                options.SpillSegmentBytes = 64 << 10;
                options.SpillAfter = TimeSpan.FromMilliseconds(50);
                options.CriticalTimeout = TimeSpan.FromSeconds(3);
                options.StoreTimeout = TimeSpan.FromMinutes(1);
                options.DrainTimeout = TimeSpan.FromMinutes(1);
            });
            var writer = host.Services.GetRequiredService<IAuditWriter>();
            var spilled = 0;
            await Assert.ThrowsAsync<AuditUnavailableException>(async () =>
            {
                for (; spilled < 1_000; spilled++)
                {
                    var receipt = await writer.WriteAsync(Large());
                    Assert.Equal(AuditDurability.Spilled, receipt.Reached);
                }
            });

            Assert.InRange(spilled, 10, 100);
            Assert.False(File.Exists(Path.Combine(mount, "reserve")));
            await transaction.RollbackAsync();
            await host.StopAsync();

            Assert.Equal(spilled + 1, await database.CountAsync("SELECT count(*) FROM pulse_audit.event"));
            Assert.Equal(0, await database.CountAsync(ChainQueries.BrokenLinks));
            Assert.Equal(["lock", "owner", "reserve"], Directory.EnumerateFiles(mount).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        }
        finally
        {
            await Tool.RunAsync("umount", ["-l", mount], CancellationToken.None);
            Directory.Delete(mount);
        }
    }

    /// <summary>Ten times as much as an event may have: cut, and told of, never refused.</summary>
    private static AuditEvent Large() => new()
    {
        Type = "test.large",
        Class = AuditClass.Critical,
        Fields = [.. Enumerable.Range(0, 64).Select(number => AuditField.Public($"f{number}", new string('x', 5_000)))],
    };
}

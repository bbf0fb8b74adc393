using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Pulse.TestKit;

namespace Pulse.Audit.IntegrationTests;

[Collection(PostgresTests.Name)]
public sealed class SealingTests(PostgresFixture postgres) : IAsyncLifetime
{
    private SealedTrail _trail = null!;

    public async Task InitializeAsync() => _trail = await SealedTrail.CreateAsync(postgres);

    public async Task DisposeAsync() => await _trail.DisposeAsync();

    [Fact]
    public async Task Events_are_sealed_in_limited_rounds_until_none_is_left()
    {
        await _trail.WriteAsync(5);
        Assert.Equal((AuditVerdict.Unsealed, 0L), ((await _trail.VerifyAsync()).Verdict, (await _trail.VerifyAsync()).TreeSize));
        var sealer = _trail.SealerOf(_trail.Signer, most: 2);

        var first = await sealer.SealAsync(CancellationToken.None);
        Assert.Equal((2L, true, 2L), (first.Sealed, first.HasMore, first.Newest!.TreeSize));
        Assert.Equal(AuditVerdict.Unsealed, (await _trail.VerifyAsync()).Verdict);
        await sealer.SealAsync(CancellationToken.None);
        var last = await sealer.SealAsync(CancellationToken.None);
        Assert.Equal((1L, false, 5L), (last.Sealed, last.HasMore, last.Newest!.TreeSize));
        var none = await sealer.SealAsync(CancellationToken.None);

        Assert.Equal((0L, false, last.Newest), (none.Sealed, none.HasMore, none.Newest));
        var found = await _trail.VerifyAsync(first.Newest.Note, last.Newest.Note);
        Assert.Equal((AuditVerdict.Ok, 3L), (found.Verdict, found.Checkpoints));
    }

    [Fact]
    public async Task Quarantined_events_are_sealed_with_the_rest()
    {
        await _trail.WriteAsync(2);
        await AuditDatabase.ExecuteAsync(_trail.Database.Superuser, "ALTER TABLE pulse_audit.event ADD CONSTRAINT poison CHECK (actor <> 'actor 1') NOT VALID");
        await _trail.WriteAsync(3);

        await _trail.SealAsync();

        var found = await _trail.VerifyAsync();
        Assert.Equal((AuditVerdict.Quarantined, 5L), (found.Verdict, found.TreeSize));
        Assert.Equal(1, await _trail.Database.CountAsync("SELECT count(*) FROM pulse_audit.quarantine"));
    }

    [Fact]
    public async Task Of_many_replicas_one_seals_at_a_time_and_no_event_is_sealed_twice()
    {
        using var stop = new CancellationTokenSource();
        var sealing = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var sealer = _trail.SealerOf(_trail.Signer, most: 7);
            for (var round = 0; round < 40; round++)
            {
                var result = await sealer.SealAsync(CancellationToken.None);
                Assert.Equal(SealRefusal.None, result.Refusal);
            }
        })).ToList();
        await Task.WhenAll(_trail.WriteAsync(60), _trail.WriteAsync(60), _trail.WriteAsync(60));
        await Task.WhenAll(sealing);
        while ((await _trail.SealAsync()).HasMore)
        {
        }

        var found = await _trail.VerifyAsync();
        Assert.Equal((AuditVerdict.Ok, 180L), (found.Verdict, found.TreeSize));
    }

    [Fact]
    public async Task A_key_is_handed_over_and_both_stay_good_for_their_time()
    {
        using var second = SealedTrail.NewSigner();
        using var third = SealedTrail.NewSigner();
        await _trail.WriteAsync(2);
        await _trail.SealAsync();

        // Without the retiring key nobody takes over.
        await _trail.WriteAsync(2);
        Assert.Equal(SealRefusal.KeyUnknown, (await _trail.SealerOf(second).SealAsync(CancellationToken.None)).Refusal);

        Assert.Equal(2, (await _trail.SealerOf(second, retiring: _trail.Signer).SealAsync(CancellationToken.None)).Sealed);
        await _trail.WriteAsync(2);
        Assert.Equal(2, (await _trail.SealerOf(second).SealAsync(CancellationToken.None)).Sealed);
        Assert.Equal(0, (await _trail.SealerOf(third, retiring: second).SealAsync(CancellationToken.None)).Sealed);
        await _trail.WriteAsync(2);
        Assert.Equal(2, (await _trail.SealerOf(third).SealAsync(CancellationToken.None)).Sealed);

        // The first key alone is trusted; the others follow from it.
        var found = await _trail.VerifyAsync();
        Assert.Equal((AuditVerdict.Ok, 8L), (found.Verdict, found.TreeSize));
        var untrusted = await new AuditVerifier(PemEncoding.WriteString("PUBLIC KEY", third.PublicKey.Span)).VerifyAsync(_trail.Database.Worker);
        Assert.Equal(AuditVerdict.Tampered, untrusted.Verdict);
    }

    [Fact]
    public async Task The_evidence_is_append_only_too()
    {
        await _trail.WriteAsync(1);
        await _trail.SealAsync();
        foreach (var table in new[] { "sealed_run", "key_epoch", "checkpoint" })
        {
            foreach (var source in new[] { _trail.Database.Worker, _trail.Database.Owner, _trail.Database.Superuser })
            {
                await Assert.ThrowsAsync<Npgsql.PostgresException>(() => AuditDatabase.ExecuteAsync(source, $"DELETE FROM pulse_audit.{table}"));
                await Assert.ThrowsAsync<Npgsql.PostgresException>(() => AuditDatabase.ExecuteAsync(source, $"TRUNCATE pulse_audit.{table} CASCADE"));
            }

            foreach (var source in new[] { _trail.Database.Writer, _trail.Database.App, _trail.Database.Operator })
            {
                await Assert.ThrowsAsync<Npgsql.PostgresException>(() => AuditDatabase.ExecuteAsync(source, $"SELECT 1 FROM pulse_audit.{table}"));
            }
        }
    }

    [Fact]
    public async Task A_host_seals_publishes_and_makes_months_by_itself()
    {
        var publisher = new Publisher();
        using var host = SealingHost(_trail.Signer, services => services.AddSingleton<IAuditCheckpointPublisher>(publisher));

        var checkpoint = await SealOneAsync(host, publisher);

        Assert.Equal(1, checkpoint.TreeSize);
        Assert.Equal(AuditVerdict.Ok, (await _trail.VerifyAsync(checkpoint.Note)).Verdict);
        Assert.Equal(8, await CountPartitionsAsync());
    }

    [Fact]
    public async Task A_host_seals_and_publishes_while_months_cannot_be_made()
    {
        await ForbidMonthsAsync();
        var publisher = new Publisher();
        using var host = SealingHost(_trail.Signer, services => services.AddSingleton<IAuditCheckpointPublisher>(publisher));

        Assert.Equal(1, (await SealOneAsync(host, publisher)).TreeSize);
    }

    [Fact]
    public async Task Months_that_could_not_be_made_are_tried_again_after_a_minute_and_not_at_every_round()
    {
        await ForbidMonthsAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var host = SealingHost(_trail.Signer, services => services.AddSingleton<TimeProvider>(time));
        var keeper = host.Services.GetRequiredService<AuditKeeper>();
        await keeper.KeepAsync(CancellationToken.None);
        await AuditDatabase.ExecuteAsync(_trail.Database.Superuser, "GRANT EXECUTE ON FUNCTION pulse_audit.premake(integer) TO pulse_worker");
        var before = await CountPartitionsAsync();

        time.Advance(TimeSpan.FromSeconds(59));
        await keeper.KeepAsync(CancellationToken.None);
        Assert.Equal(before, await CountPartitionsAsync());

        time.Advance(TimeSpan.FromSeconds(1));
        await keeper.KeepAsync(CancellationToken.None);
        Assert.Equal(8, await CountPartitionsAsync());
    }

    [Fact]
    public async Task While_the_key_cannot_be_reached_events_are_stored_and_they_are_sealed_afterwards()
    {
        var key = new KeyOutOfReach(_trail.Signer);
        using var host = SealingHost(key);
        await host.StartAsync();
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        Assert.Equal(AuditDurability.Committed, (await writer.WriteAsync(new AuditEvent { Type = "test.event", Class = AuditClass.Critical })).Reached);
        await key.Asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(AuditDurability.Committed, (await writer.WriteAsync(new AuditEvent { Type = "test.event", Class = AuditClass.Critical })).Reached);
        Assert.Equal(0, await _trail.Database.CountAsync("SELECT count(*) FROM pulse_audit.checkpoint"));
        var lag = LagOf(host);
        await Task.Delay(200);
        Assert.InRange(LagOf(host), lag + 0.1, double.MaxValue);

        var sinceReachable = Stopwatch.StartNew();
        key.IsReachable = true;
        while (await _trail.Database.CountAsync("SELECT coalesce(max(tree_size), 0) FROM pulse_audit.checkpoint") < 2)
        {
            await Task.Delay(50);
        }

        while (LagOf(host) > sinceReachable.Elapsed.TotalSeconds)
        {
            await Task.Delay(50);
        }

        await host.StopAsync();
        Assert.Equal(AuditVerdict.Ok, (await _trail.VerifyAsync()).Verdict);
    }

    [Fact]
    public async Task OpenSSL_verifies_a_checkpoint()
    {
        await _trail.WriteAsync(3);
        var note = (await _trail.SealAsync()).Newest!.Note;
        var folder = Directory.CreateTempSubdirectory("pulse-test-");
        try
        {
            string In(string name) => Path.Combine(folder.FullName, name);
            await File.WriteAllTextAsync(In("key.pem"), _trail.PublicKey);
            await File.WriteAllTextAsync(In("text"), note[..(note.IndexOf("\n\n", StringComparison.Ordinal) + 1)]);
            await File.WriteAllBytesAsync(In("signature"), Convert.FromBase64String(note.TrimEnd().Split(' ')[^1])[4..]);
            using var openssl = Process.Start(new ProcessStartInfo("openssl", ["dgst", "-sha256", "-verify", In("key.pem"), "-signature", In("signature"), In("text")])
            {
                RedirectStandardOutput = true,
            })!;

            Assert.Equal("Verified OK", (await openssl.StandardOutput.ReadToEndAsync()).Trim());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private IHost SealingHost(IAuditSigner signer, Action<IServiceCollection>? register = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        register?.Invoke(builder.Services);
        builder.Services.AddPulseAudit(options => options.Linger = TimeSpan.Zero).UsePostgres(_ => _trail.Database.Writer)
            .UseSealing(_ => _trail.Database.Worker, _ => signer, options =>
            {
                options.Origin = SealedTrail.Origin;
                options.SealEvery = TimeSpan.FromMilliseconds(100);
                options.MonthsAhead = 6;
            });
        return builder.Build();
    }

    private static async Task<AuditCheckpoint> SealOneAsync(IHost host, Publisher publisher)
    {
        await host.StartAsync();
        await host.Services.GetRequiredService<IAuditWriter>().WriteAsync(new AuditEvent { Type = "test.event", Class = AuditClass.Critical });
        var checkpoint = await publisher.Published.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await host.StopAsync();
        return checkpoint;
    }

    private Task<int> ForbidMonthsAsync() => AuditDatabase.ExecuteAsync(
        _trail.Database.Superuser, "REVOKE EXECUTE ON FUNCTION pulse_audit.premake(integer) FROM pulse_worker");

    private Task<long> CountPartitionsAsync() =>
        _trail.Database.CountAsync("SELECT count(*) FROM pg_inherits WHERE inhparent = 'pulse_audit.event'::regclass");

    private static double LagOf(IHost host)
    {
        var factory = host.Services.GetRequiredService<IMeterFactory>();
        var lag = double.NaN;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "pulse.audit.seal.lag" && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => lag = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return lag;
    }

    private sealed class Publisher : IAuditCheckpointPublisher
    {
        public TaskCompletionSource<AuditCheckpoint> Published { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task PublishAsync(AuditCheckpoint checkpoint, CancellationToken cancellationToken)
        {
            Published.TrySetResult(checkpoint);
            return Task.CompletedTask;
        }
    }

    /// <summary>A key in a module that does not answer.</summary>
    private sealed class KeyOutOfReach(IAuditSigner inner) : IAuditSigner
    {
        private volatile bool _isReachable;

        public bool IsReachable { get => _isReachable; set => _isReachable = value; }

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ReadOnlyMemory<byte> PublicKey => inner.PublicKey;

        public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            return IsReachable ? inner.SignAsync(data, cancellationToken) : throw new IOException("the module does not answer");
        }
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Pulse.Mqtt.Tests.BrokerOperations;

public sealed class AclPublisherTests : IDisposable
{
    private readonly PublisherWorld _world = new();

    public void Dispose() => _world.Dispose();

    private string Text => File.ReadAllText(_world.Options.AclFile);

    [Fact]
    public async Task A_publication_is_whole_in_place_signalled_and_seen_in_force()
    {
        _world.Devices.Add(PublisherWorld.Device("d1"));

        Assert.Equal(new AclPublicationResult(AclPublicationOutcome.Published, 2), await _world.PublishAsync());

        Assert.True(AclDocument.Parse(await File.ReadAllBytesAsync(_world.Options.AclFile), AclDialect.Strict).Succeeded);
        Assert.Contains("user t:d1\n", Text, StringComparison.Ordinal);
        Assert.False(File.Exists(_world.Options.AclFile + ".new"));
        Assert.Equal(1, _world.Broker.Signals);
        Assert.False(_world.Broker.IsOpen);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(_world.Options.AclFile));
        Assert.Equal("Published", _world.Outcomes.LastMeasurement!.Tags["outcome"]);
    }

    [Fact]
    public async Task The_last_line_is_the_digest_of_all_before()
    {
        await _world.PublishAsync();

        var end = Text.LastIndexOf("# sha256 ", StringComparison.Ordinal);
        Assert.Equal($"# sha256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text[..end])))}\n", Text[end..]);
    }

    [Fact]
    public async Task What_a_crash_left_behind_is_no_obstacle()
    {
        await File.WriteAllTextAsync(_world.Options.AclFile + ".new", "half a fi");

        Assert.Equal(AclPublicationOutcome.Published, (await _world.PublishAsync()).Outcome);
        Assert.False(File.Exists(_world.Options.AclFile + ".new"));
    }

    [Fact]
    public async Task An_existing_files_mode_is_kept()
    {
        await File.WriteAllTextAsync(_world.Options.AclFile, "# old\n");
        File.SetUnixFileMode(_world.Options.AclFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await _world.PublishAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_world.Options.AclFile));
    }

    [Fact]
    public async Task The_same_registry_is_signalled_once_and_again_only_when_not_seen_in_force()
    {
        _world.Broker.CanBeSignalled = false;
        Assert.Equal(AclPublicationOutcome.SignalFailed, (await _world.PublishAsync()).Outcome);
        _world.Broker.CanBeSignalled = true;
        Assert.Equal(AclPublicationOutcome.Published, (await _world.PublishAsync()).Outcome);

        var publication = await _world.PublishAsync();

        Assert.Equal(new AclPublicationResult(AclPublicationOutcome.Unchanged, 1), publication);
        Assert.True(publication.IsInForce);
        Assert.Equal(1, _world.Broker.Signals);
    }

    [Fact]
    public async Task A_failing_source_leaves_everything_as_it_is()
    {
        _world.BeforeRead = static _ => throw new InvalidOperationException("away");

        Assert.Equal(default, await _world.PublishAsync());
        Assert.False(File.Exists(_world.Options.AclFile));
        Assert.Equal(0, _world.Broker.Signals);
        Assert.Contains(_world.Log.Collector.GetSnapshot(), static entry => entry.Id.Id == 3042);
    }

    [Theory]
    [InlineData("bad name")]
    [InlineData("a\ntopic readwrite #")]
    public async Task An_injectable_identity_is_refused(string name)
    {
        _world.Accounts.Add(new AclServiceAccount(name));

        Assert.Equal(new AclPublicationResult(AclPublicationOutcome.InvalidIdentity, 0), await _world.PublishAsync());
        Assert.False(File.Exists(_world.Options.AclFile));
    }

    [Fact]
    public async Task Without_a_section_for_the_probing_account_nothing_is_published()
    {
        _world.Accounts[0] = new AclServiceAccount("other");

        Assert.Equal(AclPublicationOutcome.InvalidIdentity, (await _world.PublishAsync()).Outcome);
    }

    [Theory]
    [InlineData("#")]
    [InlineData("pulse/canary/forbidden")]
    [InlineData("pulse/canary/generation/+")]
    public async Task A_file_that_would_blind_the_probe_is_refused(string filter)
    {
        _world.Accounts[0].Write.Add(filter);

        Assert.Equal(AclPublicationOutcome.Unsafe, (await _world.PublishAsync()).Outcome);
        Assert.False(File.Exists(_world.Options.AclFile));
    }

    [Theory]
    [InlineData(3, AclPublicationOutcome.Published)]
    [InlineData(2, AclPublicationOutcome.TooManyUsers)]
    public async Task The_size_limit_counts_devices_and_accounts(int most, AclPublicationOutcome outcome)
    {
        _world.Options.MaxUsers = most;
        _world.Devices.AddRange([PublisherWorld.Device("d1"), PublisherWorld.Device("d2")]);

        Assert.Equal(outcome, (await _world.PublishAsync()).Outcome);
    }

    [Fact]
    public async Task A_file_system_that_refuses_is_a_value()
    {
        _world.Options.AclFile = Path.Combine(_world.Options.AclFile, "below", "acl.conf");

        Assert.Equal(AclPublicationOutcome.WriteFailed, (await _world.PublishAsync()).Outcome);
        Assert.Contains(_world.Log.Collector.GetSnapshot(), static entry => entry.Id.Id == 3043);
    }

    [Fact]
    public async Task A_broker_that_goes_on_with_the_old_rules_is_told_apart()
    {
        Assert.True((await _world.PublishAsync()).IsInForce);
        _world.Broker.IgnoresSignals = true;
        _world.Devices.Add(PublisherWorld.Device("d1"));

        Assert.Equal(AclPublicationOutcome.NotInForce, (await _world.PublishAsync()).Outcome);
        Assert.Contains("user t:d1\n", Text, StringComparison.Ordinal);
        Assert.Equal("NotInForce", _world.Outcomes.LastMeasurement!.Tags["outcome"]);
        Assert.Contains(_world.Log.Collector.GetSnapshot(), static entry => entry.Id.Id == 3041);
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_is_not_believed()
    {
        _world.Broker.IsReachable = false;

        Assert.Equal(AclPublicationOutcome.NotInForce, (await _world.PublishAsync()).Outcome);
    }

    [Fact]
    public async Task A_broker_that_opens_gets_the_last_good_file_back()
    {
        await _world.PublishAsync();
        var good = Text;
        _world.Devices.Add(PublisherWorld.Device("d1"));
        _world.Broker.OpensAtSignal = 2;

        var publication = await _world.PublishAsync();

        Assert.Equal(AclPublicationOutcome.BrokerOpen, publication.Outcome);
        Assert.False(publication.IsInForce);
        Assert.Equal(good, Text);
        Assert.Equal(3, _world.Broker.Signals);
        Assert.False(_world.Broker.IsOpen);
    }

    [Fact]
    public async Task Calls_during_a_publication_share_the_next_one()
    {
        var release = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        _world.BeforeRead = async _ =>
        {
            entered.TrySetResult();
            await release.Task;
        };
        var first = _world.Publisher.PublishAsync().AsTask();
        await entered.Task;
        _world.Devices.Add(PublisherWorld.Device("late"));

        var others = Enumerable.Range(0, 20).Select(_ => _world.Publisher.PublishAsync().AsTask()).ToList();
        release.SetResult();
        var publications = await Task.WhenAll(others);

        Assert.True((await first).IsInForce);
        Assert.All(publications, static publication => Assert.True(publication.IsInForce));
        Assert.Equal(2, _world.Reads);
        Assert.Contains("user t:late\n", Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_stops_waiting_does_not_stop_the_publication()
    {
        var release = new TaskCompletionSource();
        _world.BeforeRead = _ => release.Task;
        using var impatience = new CancellationTokenSource();
        var waiting = _world.Publisher.PublishAsync(impatience.Token).AsTask();
        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        release.SetResult();

        Assert.True((await _world.PublishAsync()).IsInForce);
        Assert.InRange(_world.Reads, 1, 2);
    }
}

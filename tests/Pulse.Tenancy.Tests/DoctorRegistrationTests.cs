using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Pulse.Tenancy.Tests;

public sealed class DoctorRegistrationTests
{
    [Fact]
    public void Adds_one_visit_that_enforces_unless_told_otherwise()
    {
        var services = new ServiceCollection();

        Assert.Same(services, services.AddPulseTenancyDoctor().AddPulseTenancyDoctor());

        Assert.Equal(typeof(TenancyDoctorAtStart), Assert.Single(services, service => service.ServiceType == typeof(IHostedService)).ImplementationType);
        var options = services.BuildServiceProvider().GetRequiredService<IOptions<TenancyDoctorOptions>>().Value;
        Assert.Equal((DoctorAtStart.Enforce, "pulse_app", false), (options.AtStart, options.AppRole, options.AcceptServerBelowSecurityFloor));
        Assert.Same(DoctorBaseline.Empty, options.Baseline);
    }

    [Fact]
    public void Takes_what_it_is_told() => Assert.Equal(
        DoctorAtStart.Warn,
        new ServiceCollection().AddPulseTenancyDoctor(doctor => doctor.AtStart = DoctorAtStart.Warn)
            .BuildServiceProvider().GetRequiredService<IOptions<TenancyDoctorOptions>>().Value.AtStart);

    [Fact]
    public async Task Misuse_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => ((IServiceCollection)null!).AddPulseTenancyDoctor());
        await Assert.ThrowsAsync<ArgumentNullException>(() => new TenancyDoctor().InspectAsync((Npgsql.NpgsqlDataSource)null!, CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentNullException>(() => new TenancyDoctor().InspectAsync((Npgsql.NpgsqlTransaction)null!, CancellationToken.None));
    }
}

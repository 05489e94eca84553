"""PostgreSQL and RabbitMQ in containers, where a Docker engine answers.

Testcontainers belongs to the test dependencies, so it is imported only when it is used.
"""

import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

POSTGRES_IMAGE = "postgres:17"
RABBITMQ_IMAGE = "rabbitmq:4-management"


def docker_answers() -> bool:
    """Whether a Docker engine can be reached."""
    docker = shutil.which("docker")
    if docker is None:
        return False
    try:
        answer = subprocess.run(  # noqa: S603 - the program found above, fixed arguments
            [docker, "info"], capture_output=True, timeout=20, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return answer.returncode == 0


class Container:
    """A server in a container that keeps its ports and data when it is killed and started again.

    `ports` maps the container's ports to ports of this host.
    """

    def __init__(
        self, image: str, ports: Mapping[int, int], environment: Mapping[str, str]
    ) -> None:
        from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - see above

        self._container: Any = DockerContainer(image).with_envs(**environment)
        for inside, outside in ports.items():
            self._container.with_bind_ports(inside, outside)
        self._exists = False

    def start(self) -> None:
        """Start; after `kill` too, with the same data. Readiness is the caller's to wait for."""
        if self._exists:
            self._container.get_wrapped_container().start()
        else:
            self._container.start()
            self._exists = True

    def kill(self) -> None:
        """End it as a power cut would."""
        self._container.get_wrapped_container().kill()

    def stop(self) -> None:
        """End it and throw it away."""
        self._container.stop()


def postgres_container(port: int, password: str) -> Container:
    """A PostgreSQL with the user and database `hub`."""
    environment = {"POSTGRES_USER": "hub", "POSTGRES_PASSWORD": password}
    return Container(POSTGRES_IMAGE, {5432: port}, environment)


def rabbitmq_container(ports: tuple[int, int], password: str) -> Container:
    """A RabbitMQ with the user `hub`; `ports` are AMQP's and the management API's."""
    amqp, management = ports
    environment = {"RABBITMQ_DEFAULT_USER": "hub", "RABBITMQ_DEFAULT_PASS": password}
    return Container(RABBITMQ_IMAGE, {5672: amqp, 15672: management}, environment)
